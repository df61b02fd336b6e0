#include "log/mask.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced::log {
namespace {

constexpr std::string_view delimiters = " \t\r\n\v\f\"'`<>()[]{},;|=";

bool is_delimiter(char c) {
    return delimiters.find(c) != std::string_view::npos || static_cast<unsigned char>(c) < 0x20;
}

std::size_t find_at(std::string_view text, std::size_t from, std::size_t& length) {
    const std::size_t at = text.find('@', from), coded = text.find("%40", from);
    length = at <= coded ? 1 : 3;
    return std::min(at, coded);
}

/// A quoted local part: from its opening quote on.
std::size_t opening_quote(std::string_view text, std::size_t closing, std::size_t floor) {
    if (closing == floor) return closing;
    const std::size_t open = text.rfind(text[closing], closing - 1);
    return open == std::string_view::npos || open < floor ? closing : open;
}

}  // namespace

std::string mask_addresses(std::string_view text) {
    std::size_t length = 0;
    std::size_t at = find_at(text, 0, length);
    if (at == std::string_view::npos) return std::string(text);
    std::string out;
    std::size_t done = 0;  // text before it is in `out`
    while (at != std::string_view::npos) {
        std::size_t start = at;
        while (start > done && !is_delimiter(text[start - 1])) --start;
        if (start == at && at > done && text[at - 1] == '"') start = opening_quote(text, at - 1, done);
        std::size_t end = at + length;
        while (end < text.size() && !is_delimiter(text[end])) ++end;
        // An address literal, user@[192.0.2.1].
        if (end == at + length && end < text.size() && text[end] == '[') {
            const std::size_t close = text.find(']', end);
            if (close != std::string_view::npos) end = close + 1;
        }
        // "must contain a single @." speaks of the sign.
        const std::string_view found = text.substr(start, end - start);
        const bool alone = length == 1 && !has_letter_or_digit(found);
        out.append(text.substr(done, start - done));
        out.append(alone ? found : std::string_view("[masked]"));
        done = end;
        at = find_at(text, done, length);
    }
    out.append(text.substr(done));
    return out;
}

}  // namespace audienced::log
