#pragma once

#include <string>

#include "wire/reply.hpp"

namespace audienced::sandbox {

/// Status line and header fields of an answer whose (possibly compressed) body has `body_bytes`.
std::string print_head(const Reply&, std::size_t body_bytes, bool compressed);

}  // namespace audienced::sandbox
