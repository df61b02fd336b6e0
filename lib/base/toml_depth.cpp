#include "base/toml_depth.hpp"

namespace audienced {
namespace {

constexpr std::size_t deepest = 100;

/// The place behind the string that begins at `at`; of one that does not end that of the line's or text's
/// end.
std::size_t behind_string(std::string_view text, std::size_t at) {
    const char quote = text[at];
    const std::string_view three = text.substr(at, 3);
    const bool lines = three.size() == 3 && three[1] == quote && three[2] == quote;
    for (std::size_t i = at + (lines ? 3 : 1); i < text.size(); ++i) {
        if (!lines && text[i] == '\n') return i;
        if (quote == '"' && text[i] == '\\') {
            ++i;
            continue;
        }
        if (lines ? text.substr(i, 3) == three : text[i] == quote) return i + (lines ? 3 : 1);
    }
    return text.size();
}

}  // namespace

std::optional<std::size_t> line_of_deep_key(std::string_view text) {
    std::size_t line = 1, dots = 0, i = 0;
    const auto pass = [&](std::size_t until) {
        for (; i < until; ++i) line += text[i] == '\n';
    };
    while (i < text.size()) {
        const char c = text[i];
        if (c == '"' || c == '\'') {
            pass(behind_string(text, i));
            continue;
        }
        if (c == '#') {
            const auto end = text.find('\n', i);
            i = end == text.npos ? text.size() : end;
            continue;
        }
        if (c == '.' && ++dots > deepest) return line;
        if (c == '\n' || c == '=' || c == ',' || c == '{' || c == '[') dots = 0;
        pass(i + 1);
    }
    return std::nullopt;
}

}  // namespace audienced
