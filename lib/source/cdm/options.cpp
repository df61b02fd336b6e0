#include "source/options.hpp"

namespace audienced::source::cdm {

OptionTable option_table() {
    using As = model::Option::As;
    return {"cdm",
            "CDM",
            {"cdm", "MODEL_JSON", "a Common Data Model folder", As::path},
            {{"root", "DIR", "the folder of the files, if they are not beside the model", As::path},
             {"prefix", "PATH", "the leading part of the model's locations that the mirror lacks"},
             ready_wait_option}};
}

}  // namespace audienced::source::cdm
