#include "source/options.hpp"

namespace audienced::source::sqlite {

OptionTable option_table() {
    return {"sqlite",
            "SQLite",
            {"sqlite", "FILE", "a SQLite file", model::Option::As::path},
            {{"busy-timeout", "SECONDS", "how long a locked file is waited for"},
             ready_query_option,
             ready_wait_option}};
}

}  // namespace audienced::source::sqlite
