// The options of the kinds of source and provider on the command line: declared from their tables, so that a
// new kind is understood, and in the help, without a word here.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/option.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace audienced::ctl {

/// What was typed, by the option's name. Only what stands on the command line is in it.
using Typed = std::map<std::string, std::string, std::less<>>;

struct TitledOptions {
    std::string_view title;  // of the kind
    const model::Options* options;
};

/// One option of one or more kinds.
struct KindOption {
    model::Option option;
    std::string
        help;  // "SQLite, PostgreSQL: true when the data is complete"; no titles where every kind has it
};

/// Each option once, in the order of the tables. Kinds that share an option's name mean the same by it (a
/// test of the tables holds that), but for the words of its help.
std::vector<KindOption> merged(const std::vector<TitledOptions>& kinds);

/// Declares `--name`; its value, or "" for a flag, is put into `typed`.
CLI::Option* declare(CLI::App* verb, const KindOption& option, std::shared_ptr<Typed> typed);

/// What goes to the daemon: the text, an absolute path, the content of a secret's file. Errors: usage.
result<std::string> value_of(const model::Option& option, const std::string& typed);

}  // namespace audienced::ctl
