#include "base/grouped.hpp"

#include <cstddef>

namespace audienced {

std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
        digits.insert(static_cast<std::size_t>(i), 1, ',');  // a text here has GCC 12 warn of its length
    return digits;
}

}  // namespace audienced
