#include "command_line/values.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.hpp"

namespace audienced::command_line {
namespace {

CLI::Option* check_number(CLI::Option* option, std::uint64_t lowest, std::uint64_t highest,
                          const std::string& wanted, const std::string& range) {
    const auto check = [=](const std::string& typed) {
        std::uint64_t value = 0;
        const char* last = typed.data() + typed.size();
        const auto [end, ec] = std::from_chars(typed.data(), last, value);
        const bool good = ec == std::errc{} && end == last && value >= lowest && value <= highest;
        return good ? std::string() : "must be " + wanted + ", not " + quoted(typed);
    };
    return option->check(check, range);
}

}  // namespace

CLI::Option* must_be_number(CLI::Option* option, std::uint64_t lowest, std::uint64_t highest,
                            const std::string& what) {
    const std::string range = std::to_string(lowest) + " to " + std::to_string(highest);
    return check_number(option, lowest, highest, what + " from " + range, range);
}

CLI::Option* must_be_positive(CLI::Option* option, const std::string& what) {
    return check_number(option, 1, std::numeric_limits<std::int64_t>::max(), what, "");
}

CLI::Option* must_be_one_of(CLI::Option* option, const std::vector<std::string>& words, bool or_empty) {
    const auto check = [=](const std::string& typed) {
        if ((or_empty && typed.empty()) || std::find(words.begin(), words.end(), typed) != words.end())
            return std::string();
        return "must be " + listed(words) + ", not " + quoted(typed);
    };
    return option->check(check, "");
}

CLI::Option* must_be_absolute(CLI::Option* option) {
    const auto check = [](const std::string& typed) {
        return typed.starts_with('/') ? std::string() : "must be an absolute path, not " + quoted(typed);
    };
    return option->check(check, "");
}

std::string quoted(const std::string& typed) {
    std::string out(truncate_utf8(typed, 40));
    const bool whole = out.size() == typed.size();
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    if (!is_valid_utf8(out)) return "(text that is not UTF-8)";
    return '"' + out + (whole ? "" : "...") + '"';
}

std::string listed(const std::vector<std::string>& words, const std::string& last) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out += (i == 0 ? "" : i + 1 == words.size() ? last : ", ") + words[i];
    return out;
}

}  // namespace audienced::command_line
