#pragma once

#include <cstdint>
#include <string>

#include "wire/reply.hpp"

namespace audienced::sandbox {

/// Status line and header fields of an answer whose (possibly compressed) body has `body_bytes`; `now` is the
/// sandbox's clock, in seconds since 1970, and becomes the Date field.
std::string print_head(const Reply&, std::size_t body_bytes, bool compressed, std::int64_t now);

}  // namespace audienced::sandbox
