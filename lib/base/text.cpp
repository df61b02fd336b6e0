#include "base/text.hpp"

#include <algorithm>
#include <cstdint>

namespace audienced {
namespace {

struct CodePoint {
    char32_t value;
    std::size_t bytes;  // 0: not valid UTF-8
};

CodePoint decode(std::string_view s) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(s[i]); };
    const auto tail = [&](std::size_t i) { return i < s.size() && (byte(i) & 0xC0) == 0x80; };
    if (s.empty()) return {0, 0};
    const std::uint8_t a = byte(0);
    if (a < 0x80) return {a, 1};
    if (a >= 0xC2 && a <= 0xDF && tail(1)) return {char32_t((a & 0x1F) << 6 | (byte(1) & 0x3F)), 2};
    if ((a & 0xF0) == 0xE0 && tail(1) && tail(2)) {
        const char32_t v = char32_t((a & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
        if (v < 0x800 || (v >= 0xD800 && v <= 0xDFFF)) return {0, 0};
        return {v, 3};
    }
    if (a >= 0xF0 && a <= 0xF4 && tail(1) && tail(2) && tail(3)) {
        const char32_t v =
            char32_t((a & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F));
        if (v < 0x10000 || v > 0x10FFFF) return {0, 0};
        return {v, 4};
    }
    return {0, 0};
}

bool is_blank(char32_t c) {
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
           c == 0x3000 || c == 0xFEFF;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

std::string_view trim(std::string_view s) {
    for (;;) {
        const CodePoint c = decode(s);
        if (c.bytes == 0 || !is_blank(c.value)) break;
        s.remove_prefix(c.bytes);
    }
    while (!s.empty()) {
        std::size_t start = s.size() - 1;
        while (start > 0 && s.size() - start < 4 && (static_cast<std::uint8_t>(s[start]) & 0xC0) == 0x80)
            --start;
        const CodePoint c = decode(s.substr(start));
        if (c.bytes != s.size() - start || !is_blank(c.value)) break;
        s.remove_suffix(c.bytes);
    }
    return s;
}

std::string ascii_lower(std::string_view s) {
    std::string out(s);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

bool is_ascii(std::string_view s) {
    return std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool has_letter_or_digit(std::string_view s) {
    return std::any_of(s.begin(), s.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    });
}

bool is_valid_utf8(std::string_view s) {
    while (!s.empty()) {
        const CodePoint c = decode(s);
        if (c.bytes == 0) return false;
        s.remove_prefix(c.bytes);
    }
    return true;
}

std::string_view truncate_utf8(std::string_view s, std::size_t max_bytes) {
    if (s.size() <= max_bytes) return s;
    while (max_bytes > 0 && (static_cast<std::uint8_t>(s[max_bytes]) & 0xC0) == 0x80) --max_bytes;
    return s.substr(0, max_bytes);
}

std::string to_hex(std::string_view bytes) {
    static const char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        out += digits[static_cast<std::uint8_t>(c) >> 4];
        out += digits[static_cast<std::uint8_t>(c) & 15];
    }
    return out;
}

bool iequals(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool icontains(std::string_view text, std::string_view fragment) {
    return std::search(text.begin(), text.end(), fragment.begin(), fragment.end(),
                       [](char x, char y) { return lower(x) == lower(y); }) != text.end();
}

bool is_name(std::string_view s) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (s.empty() || s.size() > 64 || !plain(s[0])) return false;
    return std::all_of(s.begin(), s.end(), [&](char c) { return plain(c) || c == '_' || c == '-'; });
}

}  // namespace audienced
