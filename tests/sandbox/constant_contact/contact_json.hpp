#pragma once

#include <string>
#include <vector>

#include "constant_contact/change.hpp"

namespace audienced::sandbox::constant_contact {

/// `include` names the sub-resources that are printed.
void append_contact(std::string& out, const Account&, const Contact&,
                    const std::vector<std::string>& include);

}  // namespace audienced::sandbox::constant_contact
