// The two plain answers of the control API, and patterns such as "user{n}@example.org".
#pragma once

#include <cstdint>
#include <string>

#include "wire/reply.hpp"

namespace audienced::sandbox::control {

Reply done();
Reply refused(const std::string& why);  // 400
/// `pattern` with every {n} replaced by `n`.
std::string numbered(const std::string& pattern, std::uint64_t n);

}  // namespace audienced::sandbox::control
