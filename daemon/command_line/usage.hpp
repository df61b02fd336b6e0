// What is wrong with a command line, and what was likely meant.
#pragma once

#include <string>

#include "base/error.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace audienced::command_line {

/// "runs show" of what was parsed, as far as it was understood; empty: no command.
std::string parsed_words(const CLI::App& program);

/// Of a program that failed to parse its arguments with `why`. Errc::usage.
Error usage_error(const CLI::App& program, const CLI::ParseError& why);

}  // namespace audienced::command_line
