#include "base/secret_text.hpp"

#include <algorithm>
#include <string_view>

#include "base/text.hpp"

namespace audienced {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct Line {
    std::string_view text;
    std::size_t number;  // from 1, as an editor counts
};

/// The lines that hold something.
std::vector<Line> lines_in(std::string_view text, bool trimmed) {
    std::vector<Line> out;
    for (std::size_t number = 1; !text.empty(); ++number) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        while (line.ends_with('\r')) line.remove_suffix(1);
        if (trim(line).empty()) continue;
        out.push_back({trimmed ? trim(line) : line, number});
    }
    return out;
}

/// What in a word no header can carry; null: nothing.
const char* unfit(char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ' || c == '\t') return "a blank";
    if (byte < 0x20 || byte == 0x7F) return "a control character";
    return byte > 0x7F ? "a character that is not ASCII" : nullptr;
}

Error refused(const std::string& where, const Line& line, const char* what) {
    return make_error(Errc::usage, where + " holds " + what + " in line " + std::to_string(line.number),
                      "copy the secret into it anew, without anything around it");
}

result<void> check_line(const Line& line, SecretShape shape, const std::string& where) {
    for (const char c : line.text) {
        const char* what = unfit(c);
        if (!what) continue;
        const bool fits_password = c == '\t' || static_cast<unsigned char>(c) > 0x7F || c == ' ';
        if (shape == SecretShape::password && fits_password) continue;
        if (shape == SecretShape::phrase && c == ' ') continue;
        return refused(where, line, what);
    }
    return {};
}

}  // namespace

result<std::string> secret_text(std::string text, SecretShape shape, const std::string& where) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || text.find('\0') != text.npos)
        return make_error(Errc::usage, where + " is UTF-16 or no text at all",
                          "save it as plain text, or UTF-8");
    std::string_view rest = text;
    if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
    const auto lines = lines_in(rest, shape != SecretShape::password);
    if (lines.empty()) return make_error(Errc::usage, where + " is empty", "it must hold the secret alone");
    if (shape != SecretShape::words && lines.size() > 1)
        return make_error(Errc::usage,
                          where + " holds " + std::to_string(lines.size()) + " lines of text instead of one",
                          "it must hold the secret alone");
    std::string out;
    for (const Line& line : lines) {
        if (auto fine = check_line(line, shape, where); !fine) return fine.error();
        out += (out.empty() ? "" : "\n") + std::string(line.text);
    }
    return out;
}

}  // namespace audienced
