// The manual pages of the package.
#pragma once

#include <string>

#include "command_line/command_table.hpp"

namespace audienced::documents {

std::string page_of_ctl(const command_line::CommandTable&);
std::string page_of_daemon(const command_line::CommandTable&);
std::string page_of_settings();

}  // namespace audienced::documents
