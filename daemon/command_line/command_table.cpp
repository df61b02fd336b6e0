#include "command_line/command_table.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

namespace audienced::command_line {
namespace {

bool is_help(const CLI::App& app, const CLI::Option* option) {
    return option == app.get_help_ptr();
}

}  // namespace

std::string value_name(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    auto colon = type.find(':');
    // "ADDR:PORT" is one name: what describes a check is no capital.
    while (colon != type.npos && colon + 1 < type.size() &&
           std::isupper(static_cast<unsigned char>(type[colon + 1])))
        colon = type.find(':', colon + 1);
    return type.substr(0, colon);
}

namespace {

OptionRow row_of(const CLI::Option& option) {
    OptionRow row;
    row.positional = option.get_positional();
    row.name = option.get_name(row.positional, true);
    // "N:1 to 1000": CLI11 puts the description of the check behind the name of the value.
    const bool flag = option.get_items_expected_max() == 0;
    const std::string type = flag ? "" : option.get_type_name();
    row.value = value_name(option);
    if (flag) row.value.clear();
    if (type.size() > row.value.size()) row.range = type.substr(row.value.size() + 1);
    // CLI11's own names of types say nothing beside the name of the argument.
    if (row.positional && (row.value == "TEXT" || row.value == "INT" || row.value == row.name))
        row.value.clear();
    row.help = option.get_description();
    row.required = option.get_required();
    row.repeatable = option.get_expected_max() >= CLI::detail::expected_max_vector_size;
    return row;
}

void add_options(const CLI::App& app, std::vector<OptionRow>& out) {
    for (const CLI::Option* option : app.get_options())
        if (!is_help(app, option)) out.push_back(row_of(*option));
}

/// Option groups are subcommands without a name.
bool is_group(const CLI::App* app) {
    return app->get_name().empty();
}

void add_groups(const CLI::App& app, std::vector<OptionRow>& out) {
    for (const CLI::App* group : app.get_subcommands([](const CLI::App* sub) { return is_group(sub); })) {
        std::vector<OptionRow> rows;
        add_options(*group, rows);
        for (OptionRow& row : rows) {
            row.one_of = group->get_group();
            row.required = group->get_require_option_min() > 0;
            out.push_back(std::move(row));
        }
    }
}

void add_commands(const CLI::App& app, const std::string& before, std::vector<CommandRow>& out) {
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App* s) { return !is_group(s); })) {
        CommandRow row;
        row.words = before + sub->get_name();
        row.about = sub->get_description();
        row.section = before.empty() ? sub->get_group() : "";
        row.is_noun = !sub->get_subcommands([](const CLI::App* s) { return !is_group(s); }).empty();
        add_options(*sub, row.options);
        add_groups(*sub, row.options);
        const std::string words = row.words;
        out.push_back(std::move(row));
        add_commands(*sub, words + " ", out);
    }
}

constexpr char no_break = '\x1f';  // a blank at which no line is broken

std::string with_value(const OptionRow& row) {
    return row.value.empty() ? row.name : row.name + no_break + row.value;
}

std::string one_word(const OptionRow& row) {
    std::string out = with_value(row);
    if (!row.required) out = "[" + out + "]";
    if (row.repeatable) out += "...";
    return out;
}

/// The parts of a synopsis that stay together: arguments, what is required, one of several, the rest.
std::vector<std::string> parts_of(const std::vector<OptionRow>& rows) {
    std::vector<std::string> out;
    for (const OptionRow& row : rows)
        if (row.positional) out.push_back(one_word(row));
    for (const OptionRow& row : rows)
        if (!row.positional && row.required && row.one_of.empty()) out.push_back(one_word(row));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string group = rows[i].one_of;
        if (group.empty()) continue;
        const bool required = rows[i].required;
        std::string all;
        for (; i < rows.size() && rows[i].one_of == group; ++i)
            all += (all.empty() ? "" : " | ") + with_value(rows[i]);
        --i;
        out.push_back((required ? "(" : "[") + all + (required ? ")" : "]"));
    }
    for (const OptionRow& row : rows)
        if (!row.positional && !row.required && row.one_of.empty()) out.push_back(one_word(row));
    return out;
}

}  // namespace

std::vector<std::string> OptionRow::choices() const {
    std::vector<std::string> out;
    if (value.find('|') == value.npos) return out;
    for (std::size_t begin = 0; begin <= value.size();) {
        const std::size_t end = std::min(value.find('|', begin), value.size());
        std::string word = value.substr(begin, end - begin);
        if (std::none_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
            out.push_back(std::move(word));
        begin = end + 1;
    }
    return out;
}

const OptionRow* CommandRow::find(std::string_view name) const {
    const auto it =
        std::find_if(options.begin(), options.end(), [&](const OptionRow& row) { return row.name == name; });
    return it == options.end() ? nullptr : &*it;
}

const CommandRow* CommandTable::find(std::string_view words) const {
    const auto it = std::find_if(commands.begin(), commands.end(),
                                 [&](const CommandRow& row) { return row.words == words; });
    return it == commands.end() ? nullptr : &*it;
}

std::vector<const CommandRow*> CommandTable::below(std::string_view words) const {
    const std::string before = words.empty() ? "" : std::string(words) + " ";
    std::vector<const CommandRow*> out;
    for (const CommandRow& row : commands)
        if (row.words.starts_with(before) && row.words.find(' ', before.size()) == std::string::npos)
            out.push_back(&row);
    return out;
}

CommandTable table_of(const CLI::App& program) {
    CommandTable out;
    out.program = program.get_name();
    out.about = program.get_description();
    add_options(program, out.everywhere);
    add_commands(program, "", out.commands);
    return out;
}

std::string synopsis(const CommandTable& table, const CommandRow& command, std::size_t columns,
                     std::size_t indent) {
    std::string out = table.program + (command.words.empty() ? "" : " " + command.words);
    std::vector<std::string> parts =
        command.is_noun ? std::vector<std::string>{"COMMAND"} : parts_of(command.options);
    std::size_t column = out.size();
    for (std::string& part : parts) {
        if (column + 1 + part.size() > columns) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else {
            out += " ";
            ++column;
        }
        // A group that is longer than a line is broken at its bars.
        const std::string whole = wrapped(part, columns > column ? columns - column : 1, 0);
        for (const char c : whole) {
            out += c;
            column = c == '\n' ? indent : column + 1;
            if (c == '\n') out += std::string(indent, ' ');
        }
    }
    std::replace(out.begin(), out.end(), no_break, ' ');
    return out;
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const std::size_t blank = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, blank);
        text.remove_prefix(std::min(blank + 1, text.size()));
        if (column > 0 && column + 1 + word.size() > columns) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > 0) {
            out += " ";
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

}  // namespace audienced::command_line
