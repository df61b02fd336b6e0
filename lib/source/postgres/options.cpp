#include "source/options.hpp"

namespace audienced::source::postgres {

OptionTable option_table() {
    using As = model::Option::As;
    return {"postgres",
            "PostgreSQL",
            {"postgres", "CONNINFO", "PostgreSQL, or what speaks its protocol"},
            {{"password-file", "F", "the password", As::secret, "password", false, SecretShape::password},
             {"statement-timeout", "SECONDS", "the longest that one statement may take"},
             ready_query_option,
             ready_wait_option}};
}

}  // namespace audienced::source::postgres
