#include "source/unreadable.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced::source {

bool looks_like_address(std::string_view text) {
    const auto at = text.find('@');
    return at != text.npos && at > 0 && text.find('.', at + 1) != text.npos;
}

bool is_address(std::string_view text) {
    text = trim(text);
    if (text.ends_with('>') && text.find('<') != text.npos)
        text = text.substr(text.rfind('<') + 1, text.size() - text.rfind('<') - 2);
    if (iequals(text.substr(0, 7), "mailto:")) text.remove_prefix(7);
    return looks_like_address(text) && text.find_first_of(" \t()[]<>,;:\"") == text.npos &&
           text.find('@') == text.rfind('@') && !text.ends_with('.');
}

std::string undecodable(std::string_view column) {
    return "the column " + std::string(column) + " is not valid UTF-8";
}

std::string undecodable(std::string_view column, std::string_view text) {
    return undecodable(column) + (looks_like_windows_1252(text) ? "; it looks like Windows-1252" : "");
}

bool looks_like_windows_1252(std::string_view text) {
    // The five bytes that it does not define; 0xFF is what an undefined byte was turned into while decoding.
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto b = static_cast<unsigned char>(c);
        return b == 0x81 || b == 0x8D || b == 0x8F || b == 0x90 || b == 0x9D || b == 0xFF;
    });
}

}  // namespace audienced::source
