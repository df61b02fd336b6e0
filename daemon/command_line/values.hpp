// Checks of what stands behind an option. Each refusal says what the value must be: "--limit must be a whole
// number from 1 to 1000, not "x"".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class Option;
}

namespace audienced::command_line {

/// `what` goes before the range: "a whole number", "the number of a run".
CLI::Option* must_be_number(CLI::Option* option, std::uint64_t lowest, std::uint64_t highest,
                            const std::string& what = "a whole number");
/// Without a bound above: what is too large for any number of the kind is refused all the same.
CLI::Option* must_be_positive(CLI::Option* option, const std::string& what);
/// One of `words`, or "" where that takes a setting away.
CLI::Option* must_be_one_of(CLI::Option* option, const std::vector<std::string>& words,
                            bool or_empty = false);

/// The service has another working folder than the shell in which a path was typed.
CLI::Option* must_be_absolute(CLI::Option* option);

/// In quotes, at most 40 bytes, without control characters: what was typed is shown again.
std::string quoted(const std::string& typed);
/// "a, b or c".
std::string listed(const std::vector<std::string>& words, const std::string& last = " or ");

}  // namespace audienced::command_line
