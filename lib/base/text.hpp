// Small text functions that several folders use.
#pragma once

#include <string>
#include <string_view>

namespace audienced {

/// Without Unicode white space at either end (White_Space property, plus U+FEFF and U+200B).
std::string_view trim(std::string_view);
/// ASCII letters lower-cased, every other byte kept.
std::string ascii_lower(std::string_view);
bool is_valid_utf8(std::string_view);
bool is_ascii(std::string_view);
/// Of any script: every byte beyond ASCII counts.
bool has_letter_or_digit(std::string_view);
/// At most `max_bytes`, cut before a code point that would not fit.
std::string_view truncate_utf8(std::string_view, std::size_t max_bytes);
/// 0 to 9, whatever the locale.
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
std::string to_hex(std::string_view bytes);
/// Equal but for the case of ASCII letters.
bool iequals(std::string_view, std::string_view);
/// Does `text` contain `fragment`, ASCII case ignored?
bool icontains(std::string_view text, std::string_view fragment);

/// Is this a NAME, [a-z0-9][a-z0-9_-]*, at most 64 bytes?
bool is_name(std::string_view);

}  // namespace audienced
