#include "command_line/completion.hpp"

#include <algorithm>
#include <set>

namespace audienced::command_line {
namespace {

/// The command line before the word that is being typed.
struct Typed {
    std::string words;          // of the innermost command
    std::size_t arguments = 0;  // of it
    std::set<std::string> options;
    const OptionRow* waits = nullptr;  // for its value
};

const OptionRow* find_option(const CommandTable& table, const std::string& words, const std::string& name) {
    if (const CommandRow* command = table.find(words))
        if (const OptionRow* row = command->find(name)) return row;
    for (const OptionRow& row : table.everywhere)
        if (row.name == name) return &row;
    return nullptr;
}

Typed read(const CommandTable& table, const std::vector<std::string>& words) {
    Typed out;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "=" && out.waits) continue;
        if (out.waits) {
            out.waits = nullptr;
        } else if (word.starts_with("--")) {
            const auto equals = word.find('=');
            const std::string name = word.substr(0, equals);
            out.options.insert(name);
            const OptionRow* row = find_option(table, out.words, name);
            if (row && row->takes_value() && equals == word.npos) out.waits = row;
        } else if (const std::string deeper = out.words + (out.words.empty() ? "" : " ") + word;
                   table.find(deeper)) {
            out.words = deeper;
        } else {
            ++out.arguments;
        }
    }
    return out;
}

void add_if_begun(Completion& out, const std::string& word, const std::string& help) {
    if (word.starts_with(out.typed)) out.candidates.push_back({word, help});
}

void complete_value(const CommandTable& table, const std::string& words, const OptionRow& option,
                    Completion& out) {
    for (const std::string& word : option.choices()) add_if_begun(out, word, "");
    const CommandRow* command = table.find(words);
    out.names = names_of(command ? *command : CommandRow{}, option);
}

void complete_options(const CommandTable& table, const Typed& typed, Completion& out) {
    const auto add = [&](const OptionRow& row) {
        if (!row.positional && (row.repeatable || !typed.options.contains(row.name)))
            add_if_begun(out, row.name, row.help);
    };
    if (const CommandRow* command = table.find(typed.words))
        for (const OptionRow& row : command->options) add(row);
    for (const OptionRow& row : table.everywhere) add(row);
    add_if_begun(out, "--help", "explain the command");
}

/// The argument that stands at this place; the last one where it is repeatable.
const OptionRow* argument_at(const CommandRow& command, std::size_t place) {
    const OptionRow* last = nullptr;
    for (const OptionRow& row : command.options) {
        if (!row.positional) continue;
        last = &row;
        if (place-- == 0) return &row;
    }
    return last && last->repeatable ? last : nullptr;
}

}  // namespace

Names names_of(const CommandRow& command, const OptionRow& option) {
    using enum Names;
    const auto is = [&](std::string_view name) { return option.name == name; };
    if (is("--connection")) return connections;
    if (is("--source")) return sources;
    if (is("--segment")) return segments;
    if (is("EXPORT")) return exports;
    if (is("RUN")) return runs;
    if (is("FILE")) return files;
    if (is("NAME")) {
        const auto& words = command.words;
        if (words.ends_with(" add")) return none;  // a new one
        return words.starts_with("source ")       ? sources
               : words.starts_with("segment ")    ? segments
               : words.starts_with("connection ") ? connections
               : words.starts_with("export ")     ? exports
                                                  : none;
    }
    if (option.value == "DIR") return folders;
    // --file names one in the folder of the source, which the daemon sees and this program may not.
    if (is("--file")) return none;
    return is("FILE") || option.value == "F" || option.value == "FILE" || option.value == "PATH" ||
                   option.value == "MODEL_JSON"
               ? files
               : none;
}

Completion complete(const CommandTable& table, const std::vector<std::string>& words) {
    const Typed typed = read(table, words);
    Completion out;
    out.typed = words.empty() ? "" : words.back();
    if (typed.waits) {
        if (out.typed == "=") out.typed.clear();
        complete_value(table, typed.words, *typed.waits, out);
        return out;
    }
    if (out.typed.starts_with("-")) {
        const auto equals = out.typed.find('=');
        const OptionRow* row =
            equals == out.typed.npos ? nullptr : find_option(table, typed.words, out.typed.substr(0, equals));
        if (!row) {
            complete_options(table, typed, out);
            return out;
        }
        // The whole word is completed: --mode=mirror.
        for (const std::string& word : row->choices()) add_if_begun(out, row->name + "=" + word, "");
        return out;
    }
    const auto below = table.below(typed.words);
    const CommandRow* command = table.find(typed.words);
    if (!command || command->is_noun) {
        for (const CommandRow* row : below)
            add_if_begun(out, row->words.substr(row->words.rfind(' ') + 1), row->about);
        return out;
    }
    if (const OptionRow* argument = argument_at(*command, typed.arguments))
        complete_value(table, typed.words, *argument, out);
    else if (out.typed.empty())
        complete_options(table, typed, out);
    return out;
}

}  // namespace audienced::command_line
