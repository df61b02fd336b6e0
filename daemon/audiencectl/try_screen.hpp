// What became of a try, as people see it. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

/// `told`: {"run", "rejects", "contact"}; the contact as the provider shows it now, null where it was not
/// read.
std::string try_screen(const nlohmann::json& told, const View& view);
/// 0 delivered, 1 rejected or failed, 5 in no segment, 6 must not be touched, 7 a person has to decide, or
/// the run was skipped.
int exit_code_of_try(const nlohmann::json& run);

}  // namespace audienced::ctl
