#include "command_line/usage.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "base/nearest.hpp"
#include "command_line/command_table.hpp"
#include "command_line/values.hpp"

namespace audienced::command_line {
namespace {

using Words = std::vector<std::string>;

Error usage(std::string message, std::string hint) {
    return make_error(Errc::usage, std::move(message), std::move(hint));
}

bool is_number(const std::string& word) {
    return !word.empty() &&
           std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string last_of(const std::string& words) {
    return words.substr(words.rfind(' ') + 1);  // npos + 1 is 0
}

/// The command line as far as it was understood.
struct Parsed {
    CommandTable table;
    const CLI::App* app;        // of the innermost command
    std::string words;          // of it: "runs show"
    const CommandRow* command;  // null at the top

    std::string spelled() const { return words.empty() ? table.program : words; }
    std::string in_full(const std::string& rest) const {
        return table.program + " " + (words.empty() ? "" : words + " ") + rest;
    }
    std::string help() const { return "see " + in_full("--help"); }
};

const CLI::App* named_child(const CLI::App& app) {
    for (const CLI::App* sub : app.get_subcommands())
        if (!sub->get_name().empty()) return sub;
    return nullptr;
}

Parsed parsed_by(const CLI::App& program) {
    Parsed out{table_of(program), &program, parsed_words(program), nullptr};
    while (const CLI::App* sub = named_child(*out.app)) out.app = sub;
    out.command = out.table.find(out.words);
    return out;
}

Words names_of(const std::vector<const CommandRow*>& rows) {
    Words out;
    for (const CommandRow* row : rows) out.push_back(last_of(row->words));
    return out;
}

/// "list" without a noun: every command that ends with it.
Words commands_ending_with(const CommandTable& table, const std::string& verb) {
    Words out;
    for (const CommandRow& row : table.commands)
        if (row.words.ends_with(" " + verb)) out.push_back(table.program + " " + row.words);
    return out;
}

Error unknown_command(const Parsed& at, const std::string& word) {
    const Words known = names_of(at.table.below(at.words));
    if (known.empty() && at.words.empty())
        return usage(at.table.program + " takes no command", at.in_full("--help") + " lists its options");
    const std::string meant = nearest(word, known);
    const std::string message = at.words.empty() ? "there is no command " + quoted(word)
                                                 : at.spelled() + " has no command " + quoted(word);
    if (!meant.empty()) return usage(message, "did you mean " + at.in_full(meant) + "?");
    if (at.words.empty()) {
        if (const Words full = commands_ending_with(at.table, word); !full.empty())
            return usage(message, "did you mean " + listed(full) + "?");
        return usage(message, at.in_full("--help") + " lists the commands");
    }
    const CommandRow* shows = at.table.find(at.words + " show");
    if (is_number(word) && shows && shows->find("RUN"))
        return usage(message, "did you mean " + at.in_full("show ") + word + "?");
    return usage(message, "it has " + listed(known, " and "));
}

Error unknown_option(const Parsed& at, const std::string& typed) {
    const std::string name = typed.substr(0, typed.find('='));
    Words known{"--help"};
    if (at.command)
        for (const OptionRow& row : at.command->options)
            if (!row.positional) known.push_back(row.name);
    for (const OptionRow& row : at.table.everywhere) known.push_back(row.name);
    if (std::find(known.begin(), known.end(), name) != known.end())
        return usage(quoted(name) + " comes after --, and what comes there is no option",
                     "put options before the --");
    const std::string meant = nearest(name, known);
    const std::string message = at.spelled() + " has no option " + quoted(name);
    return usage(message,
                 meant.empty() ? at.in_full("--help") + " lists its options" : "did you mean " + meant + "?");
}

Error one_too_many(const Parsed& at, const std::string& word) {
    Words arguments;
    for (const OptionRow& row : at.command->options)
        if (row.positional) arguments.push_back(row.name);
    if (arguments.empty())
        return usage(at.spelled() + " takes no argument, and " + quoted(word) + " was given", at.help());
    return usage(
        quoted(word) + " is one argument too many: " + at.spelled() + " takes " + listed(arguments, " and "),
        "put quotes around a text that has blanks in it");
}

Error unexpected(const Parsed& at, const std::string& word) {
    if (word.size() > 1 && word[0] == '-') return unknown_option(at, word);
    return !at.command || at.command->is_noun ? unknown_command(at, word) : one_too_many(at, word);
}

Words missing_options(const CLI::App& app) {
    Words out;
    for (const CLI::Option* option : app.get_options()) {
        if (!option->get_required() || option->count() > 0) continue;
        const bool positional = option->get_positional();
        out.push_back(option->get_name(positional, true));
        if (!positional) out.back() += " " + value_name(*option);
    }
    return out;
}

/// Empty where each group of options is used as it may be.
std::string group_fault(const CLI::App& app) {
    for (const CLI::App* group :
         app.get_subcommands([](const CLI::App* s) { return s->get_name().empty(); })) {
        Words all, used;
        for (const CLI::Option* option : group->get_options()) {
            if (option == group->get_help_ptr()) continue;
            all.push_back(option->get_name(false, true));
            if (option->count() > 0) used.push_back(all.back());
        }
        if (used.size() < group->get_require_option_min()) return " needs one of " + listed(all);
        if (used.size() > group->get_require_option_max())
            return " takes only one of " + listed(used, " and ");
    }
    return {};
}

Error something_missing(const Parsed& at, const CLI::ParseError& why) {
    if (!at.command || at.command->is_noun)
        return usage(at.spelled() + " needs a command: " + listed(names_of(at.table.below(at.words))),
                     at.help());
    const Words missing = missing_options(*at.app);
    if (!missing.empty()) return usage(at.spelled() + " needs " + listed(missing, " and "), at.help());
    const std::string fault = group_fault(*at.app);
    return usage(fault.empty() ? why.what() : at.spelled() + fault, at.help());
}

/// "--limit: 1 required N missing", "Could not convert: --follow = maybe": the option in it.
std::string option_in(std::string text) {
    const std::string_view conversion = "Could not convert: ";
    if (text.starts_with(conversion)) text.erase(0, conversion.size());
    return text.substr(0, text.find_first_of(": "));
}

Error wrong_number_of_values(const Parsed& at, const CLI::ParseError& why) {
    const std::string text = why.what(), name = option_in(text);
    const OptionRow* row = at.command ? at.command->find(name) : nullptr;
    for (const OptionRow& one : at.table.everywhere)
        if (one.name == name) row = &one;
    if (row && row->takes_value() && text.find("At Most") != text.npos)
        return usage(name + " was given more than once, and takes one value", at.help());
    if (row && row->takes_value())
        return usage(name + " needs a value: " + row->value + (row->range.empty() ? "" : ", " + row->range),
                     at.help());
    if (row && !row->positional) return usage(name + " takes no value", at.help());
    return usage(text, at.help());
}

}  // namespace

std::string parsed_words(const CLI::App& program) {
    std::string out;
    for (const CLI::App* sub = named_child(program); sub; sub = named_child(*sub))
        out += (out.empty() ? "" : " ") + sub->get_name();
    return out;
}

Error usage_error(const CLI::App& program, const CLI::ParseError& why) {
    const Parsed at = parsed_by(program);
    const std::string text = why.what();
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&why) || dynamic_cast<const CLI::ConversionError*>(&why))
        return wrong_number_of_values(at, why);
    // What is not known comes before what is missing: it is the likelier mistake of the two.
    if (const auto rest = program.remaining(true); !rest.empty()) return unexpected(at, rest.front());
    if (dynamic_cast<const CLI::RequiredError*>(&why)) return something_missing(at, why);
    if (const auto both = text.find(" excludes "); both != text.npos)
        return usage(text.substr(0, both) + " and " + text.substr(both + 10) + " exclude each other",
                     at.help());
    // Checks of values (values.hpp) say it in full: "--limit: must be ...".
    if (const auto colon = text.find(": must be "); colon != text.npos)
        return usage(text.substr(0, colon) + text.substr(colon + 1), at.help());
    return usage(text, at.help());
}

}  // namespace audienced::command_line
