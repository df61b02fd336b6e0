// "May this value be handed on?", fast for the usual case of plain ASCII.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/text.hpp"

namespace audienced::source {

inline bool readable(std::string_view s) {
    const char* p = s.data();
    std::size_t left = s.size();
    for (; left >= 8; p += 8, left -= 8) {
        std::uint64_t eight;
        std::memcpy(&eight, p, 8);
        if (eight & 0x8080808080808080u) return is_valid_utf8({p, left});
    }
    for (std::size_t i = 0; i < left; ++i)
        if (static_cast<unsigned char>(p[i]) & 0x80) return is_valid_utf8({p + i, left - i});
    return true;
}

}  // namespace audienced::source
