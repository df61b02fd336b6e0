// What a file of definitions changes, for people. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace audienced::ctl {

/// Of the answer to POST /v1/apply: each object with its fields, old -> new; then what is not in the file.
/// Without a secret. Empty: nothing to say.
std::string changes_screen(const nlohmann::json& answer);
/// "2 to add, 1 to change, 1 to remove".
std::string sum_of(const nlohmann::json& answer, bool done);

}  // namespace audienced::ctl
