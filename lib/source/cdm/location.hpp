#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::source::cdm {

/// Where a partition's file lies below the root of the mirror. Of an absolute URI the scheme, the host and
/// the container (the first part of the path, where more follow) are dropped, then the query, then `prefix`
/// if it stands in front; what is left is percent-decoded once. Errors: usage (it leads out of the root, or
/// is nothing).
result<std::string> local_path(std::string_view location, std::string_view prefix);

}  // namespace audienced::source::cdm
