#include "text_cells.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace audienced::ctl {

namespace {

struct CodePoint {
    utf8proc_int32_t value = -1;  // -1: a byte that is not UTF-8
    std::size_t bytes = 1;
};

CodePoint first_of(std::string_view text) {
    CodePoint out;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const auto size = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &out.value);
    if (size > 0) out.bytes = static_cast<std::size_t>(size);
    if (size <= 0) out.value = -1;
    return out;
}

bool is_control(utf8proc_int32_t c) {
    return (c >= 0 && c < 0x20) || (c >= 0x7f && c < 0xa0);
}

/// Marks, embeddings, overrides and isolates of the bidirectional algorithm, line and paragraph separators,
/// and what is invisible without joining anything.
bool is_deceptive(utf8proc_int32_t c) {
    return c == 0x061c || c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

std::string escaped(const char* format, unsigned value) {
    char text[16];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string escape_of(utf8proc_int32_t c, unsigned char byte) {
    if (c == '\n') return "\\n";
    if (c == '\r') return "\\r";
    if (c == '\t') return "\\t";
    if (c < 0) return escaped("\\x%02x", byte);
    return escaped(c < 0x80 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
}

/// f(code point, its bytes) for each.
template <class F>
void each_code_point(std::string_view text, F f) {
    while (!text.empty()) {
        const CodePoint c = first_of(text);
        f(c.value, text.substr(0, c.bytes));
        text.remove_prefix(c.bytes);
    }
}

/// What a reader takes for one character: its bytes, and its columns.
struct Character {
    std::size_t bytes = 0, columns = 0;
};

Character first_character(std::string_view text) {
    Character out;
    utf8proc_int32_t before = -1, state = 0;
    while (out.bytes < text.size()) {
        const CodePoint c = first_of(text.substr(out.bytes));
        if (out.bytes > 0 &&
            (c.value < 0 || before < 0 || utf8proc_grapheme_break_stateful(before, c.value, &state)))
            break;
        const int columns = c.value < 0 ? 1 : utf8proc_charwidth(c.value);
        out.columns += static_cast<std::size_t>(std::max(0, columns));
        out.bytes += c.bytes;
        before = c.value;
    }
    out.columns = std::min<std::size_t>(out.columns, 2);  // a family or a flag is one emoji
    return out;
}

}  // namespace

std::string visible(std::string_view text) {
    std::string out;
    each_code_point(text, [&](utf8proc_int32_t c, std::string_view bytes) {
        if (c < 0 || is_control(c) || is_deceptive(c))
            out += escape_of(c, static_cast<unsigned char>(bytes[0]));
        else
            out += bytes;
    });
    return out;
}

std::vector<std::string> visible_lines(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string line;
        for (const char c : text.substr(0, end)) line += c == '\t' ? std::string("    ") : std::string(1, c);
        if (!line.empty() && line.back() == '\r') line.pop_back();
        out.push_back(visible(line));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string visible_json(std::string_view text) {
    std::string out;
    each_code_point(text, [&](utf8proc_int32_t c, std::string_view bytes) {
        const bool harmful = (c >= 0x7f && is_control(c)) || is_deceptive(c);
        out += harmful ? escaped("\\u%04x", static_cast<unsigned>(c)) : std::string(bytes);
    });
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const Character c = first_character(text);
        columns += c.columns;
        text.remove_prefix(c.bytes);
    }
    return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
    if (display_width(text) <= columns) return std::string(text);
    if (columns == 0) return {};
    std::size_t taken = 0, bytes = 0;
    for (std::string_view rest = text; !rest.empty();) {
        const Character c = first_character(rest);
        if (taken + c.columns > columns - 1) break;  // one for the ellipsis
        taken += c.columns;
        bytes += c.bytes;
        rest.remove_prefix(c.bytes);
    }
    return std::string(text.substr(0, bytes)) + "…";
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
    if (columns == 0) return {std::string(text)};
    std::vector<std::string> out;
    std::string line;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        const std::string word(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (!line.empty() && display_width(line) + 1 + display_width(word) > columns) {
            out.push_back(std::move(line));
            line = word;
        } else {
            line += (line.empty() ? "" : " ") + word;
        }
    }
    if (!line.empty() || out.empty()) out.push_back(std::move(line));
    return out;
}

}  // namespace audienced::ctl
