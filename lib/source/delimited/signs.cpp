#include "source/delimited/signs.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.hpp"

namespace audienced::source::delimited {
namespace {

constexpr std::array usual{',', ';', '\t', '|'};
using Counts = std::array<std::size_t, usual.size()>;

/// Counts delimiters outside of quotes, line by line.
class LineCounter {
public:
    LineCounter(std::string_view text, Dialect dialect) : text_(text), dialect_(dialect) {}
    /// Of the next line that is not blank; nothing behind the last.
    std::optional<Counts> next() {
        while (at_ < text_.size()) {
            Counts counts{};
            bool quoted = false, blank = true;
            for (; at_ < text_.size(); ++at_) {
                const char c = text_[at_];
                if (c == '"' && dialect_.quotes) quoted = !quoted;
                if (c == dialect_.line_end && !quoted) break;
                blank = blank && (c == ' ' || c == '\r');
                const auto it = quoted ? usual.end() : std::find(usual.begin(), usual.end(), c);
                if (it != usual.end()) ++counts[static_cast<std::size_t>(it - usual.begin())];
            }
            if (quoted) return std::nullopt;
            ++at_;
            if (!blank) return counts;
        }
        return std::nullopt;
    }

private:
    std::string_view text_;
    Dialect dialect_;
    std::size_t at_ = 0;
};

bool is_control(unsigned unit) {
    return unit < 0x20 && unit != '\t' && unit != '\n' && unit != '\r';
}

}  // namespace

std::optional<Encoding> utf16_without_mark(std::string_view raw) {
    const std::size_t units = raw.size() / 2;
    std::array<std::size_t, 2> zeros{};
    for (std::size_t i = 0; i < units * 2; ++i)
        if (raw[i] == '\0') ++zeros[i % 2];
    const bool little = zeros[0] == 0;
    // Addresses and line ends are ASCII in every language.
    if ((!little && zeros[1] != 0) || zeros[little ? 1 : 0] * 10 < units || units < 2) return std::nullopt;
    for (std::size_t i = 0; i < units * 2; i += 2) {
        const auto a = static_cast<std::uint8_t>(raw[i]), b = static_cast<std::uint8_t>(raw[i + 1]);
        if (is_control(little ? a | b << 8u : a << 8u | b)) return std::nullopt;
    }
    return little ? Encoding::utf16le : Encoding::utf16be;
}

bool cannot_be_utf16(std::string_view raw) {
    if (raw.find('\0') != raw.npos || raw.find_first_of("\r\n") == raw.npos) return false;
    // The last character may be cut.
    const auto whole = raw.find_last_of("\r\n");
    return is_valid_utf8(raw.substr(0, whole));
}

std::optional<Instruction> instruction_in(std::string_view text) {
    const std::size_t end = text.find_first_of("\r\n");
    if (end == text.npos) return std::nullopt;
    std::string_view line = text.substr(0, end);
    if (line.size() > 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
    if (line.size() < 5 || !iequals(line.substr(0, 4), "sep=")) return std::nullopt;
    std::string_view delimiter = line.substr(4);
    if (delimiter == "\\t") delimiter = "\t";
    // A program that saved the file again may have padded the line with empty fields.
    const bool one = delimiter.find_first_not_of(delimiter[0]) == delimiter.npos;
    if (!one || !delimiter_named(std::string(1, delimiter[0]))) return std::nullopt;
    const bool crlf = text.substr(end, 2) == "\r\n";
    return Instruction{delimiter[0], end + (crlf ? 2 : 1)};
}

bool has_cr_lines(std::string_view text) {
    bool quoted = false, any = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (quoted) continue;
        if (text[i] == '\n') return false;
        any = any || (text[i] == '\r' && i + 1 < text.size());
    }
    return any;
}

Separation separation_of(std::string_view text, Dialect read_with) {
    Separation out;
    LineCounter lines(text, read_with);
    const auto header = lines.next();
    if (!header) return out;
    std::size_t kinds = 0, only = 0;
    for (std::size_t i = 0; i < usual.size(); ++i) {
        if ((*header)[i] == 0) continue;
        ++kinds;
        only = i;
        if (usual[i] != read_with.delimiter) out.others += usual[i];
    }
    if (kinds != 1) return out;
    constexpr std::size_t most_lines = 200;
    std::size_t seen = 0, with = 0;
    for (auto line = lines.next(); line && seen < most_lines; line = lines.next()) {
        ++seen;
        with += (*line)[only] != 0 ? 1 : 0;
    }
    if (with * 2 >= seen) out.certain = usual[only];
    return out;
}

std::string delimiter_words(char delimiter) {
    switch (delimiter) {
        case ',':
            return "commas";
        case ';':
            return "semicolons";
        case '\t':
            return "tabs";
        case '|':
            return "bars";
        default:
            return std::string(1, delimiter);
    }
}

std::string delimiter_option(char delimiter) {
    return delimiter == '\t' ? "tab" : std::string("'") + delimiter + "'";
}

}  // namespace audienced::source::delimited
