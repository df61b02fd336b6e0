// What may follow on a command line that is being typed. Pure: names that only the daemon knows are asked for
// by the caller.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command_line/command_table.hpp"

namespace audienced::command_line {

/// What the word may be beside the candidates: files, or names that the daemon knows.
enum class Names { none, files, folders, sources, segments, connections, exports, runs };

struct Candidate {
    std::string word, help;
    bool operator==(const Candidate&) const = default;
};

struct Completion {
    std::vector<Candidate> candidates;  // they begin with `typed`
    Names names = Names::none;
    std::string typed;  // what the names have to begin with
};

/// `words` stand after the name of the program; the last one is being typed, and may be empty. A shell that
/// takes --mode=x apart may give "--mode", "=", "x".
Completion complete(const CommandTable&, const std::vector<std::string>& words);

/// What an option's value or an argument of a command is a name of.
Names names_of(const CommandRow& command, const OptionRow& option);

}  // namespace audienced::command_line
