#include "source/options.hpp"

namespace audienced::source::cdm {

OptionTable option_table() {
    using As = model::Option::As;
    return {"cdm",
            "CDM",
            {"cdm", "MODEL_JSON", "a Common Data Model folder", As::path},
            {{"root", "DIR", "where the files lie, if not beside the model", As::path},
             {"prefix", "PATH", "before the model's locations, and not in the mirror"},
             ready_wait_option}};
}

}  // namespace audienced::source::cdm
