// What people wrote stays as they wrote it: where does it name an address?
#pragma once

#include <string>
#include <vector>

#include "store/database.hpp"

namespace audienced::run {

/// "segment vip": definitions that have the normalised address in one of their texts, in any spelling.
result<std::vector<std::string>> definitions_with(store::Database&, const std::string& address);

}  // namespace audienced::run
