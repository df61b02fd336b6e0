// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace audienced {

/// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t number);

}  // namespace audienced
