#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::source::cdm {

/// An absolute URI lies in the storage that is mirrored below the root; anything else lies beside model.json.
bool has_scheme(std::string_view location);

/// Where a partition's file lies below the root of the mirror, or below the folder of model.json. Of an
/// absolute URI the scheme, the host and the container (the first part of the path, where more follow; or
/// what stands before the host) are dropped, then the query, then `prefix` if it stands in front; what is
/// left is percent-decoded once. Errors: usage (it leads out of the root, or is nothing).
result<std::string> local_path(std::string_view location, std::string_view prefix);

}  // namespace audienced::source::cdm
