// The commands and options of a program as plain data, read from its CLI11 declarations: help, man pages and
// completion are all made of this table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace audienced::command_line {

struct OptionRow {
    std::string name;   // "--limit"; "RUN" of an argument that stands by its place
    std::string value;  // "N"; empty for a flag. Words between | are the choices
    std::string range;  // "1 to 1000"; empty: see `value`
    std::string help;
    bool positional = false, required = false, repeatable = false;
    /// Options of one group exclude each other; if they are `required`, one of them is.
    std::string one_of;

    bool takes_value() const { return !positional && !value.empty(); }
    /// Those of "refresh|manual|CALENDAR" that are words: refresh, manual.
    std::vector<std::string> choices() const;
};

struct CommandRow {
    std::string words;  // "source add"; empty: the program itself
    std::string about;
    std::string section;   // of the overview: "Looking"
    bool is_noun = false;  // it takes a further word: "source"
    std::vector<OptionRow> options;

    const OptionRow* find(std::string_view name) const;
};

struct CommandTable {
    std::string program, about;
    std::vector<CommandRow> commands;   // in the order of declaration, nouns before what stands below them
    std::vector<OptionRow> everywhere;  // options that every command takes: --json

    const CommandRow* find(std::string_view words) const;
    /// The words that may follow `words`: the verbs of a noun, for "" the commands.
    std::vector<const CommandRow*> below(std::string_view words) const;
};

CommandTable table_of(const CLI::App& program);
/// "N", "ADDR:PORT": what its value is called, without what CLI11 appends of a check of it.
std::string value_name(const CLI::Option& option);

/// "audiencectl segment add NAME --source S (--query SQL | --table T) [--title T]", in lines of `columns`,
/// each but the first indented by `indent`.
std::string synopsis(const CommandTable&, const CommandRow&, std::size_t columns, std::size_t indent);

/// Broken at blanks into lines of `columns`, each but the first indented by `indent`; a longer word stays
/// whole.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent);

}  // namespace audienced::command_line
