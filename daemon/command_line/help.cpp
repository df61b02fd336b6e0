#include "command_line/help.hpp"

#include <algorithm>

namespace audienced::command_line {
namespace {

constexpr std::size_t columns = 80, margin = 2;

struct Line {
    std::string left, right;
};

/// Two columns; a left side that is wider than the others has a line of its own.
std::string print_lines(const std::vector<Line>& lines, std::size_t width) {
    const std::size_t begin = margin + width + 2;
    std::string out;
    for (const Line& line : lines) {
        out += std::string(margin, ' ') + line.left;
        if (!line.right.empty()) {
            if (line.left.size() > width)
                out += "\n" + std::string(begin, ' ');
            else
                out.append(begin - margin - line.left.size(), ' ');
            out += wrapped(line.right, columns - begin, begin);
        }
        out += "\n";
    }
    return out;
}

std::string help_text(const OptionRow& row) {
    std::string out = row.help;
    if (!row.range.empty()) out += (out.empty() ? "" : " ") + ("(" + row.range + ")");
    return out;
}

Line line_of(const OptionRow& row) {
    return {row.value.empty() ? row.name : row.name + " " + row.value, help_text(row)};
}

using Sections = std::vector<std::pair<std::string, std::vector<Line>>>;

/// All of them with their right column at the same place.
std::string print_sections(const Sections& sections) {
    constexpr std::size_t widest = 26;
    std::size_t width = 0;
    for (const auto& [title, lines] : sections)
        for (const Line& line : lines)
            if (line.left.size() <= widest) width = std::max(width, line.left.size());
    std::string out;
    for (const auto& [title, lines] : sections)
        if (!lines.empty()) out += "\n" + title + ":\n" + print_lines(lines, width);
    return out;
}

std::vector<Line> lines_of(const std::vector<OptionRow>& rows, bool positional) {
    std::vector<Line> out;
    for (const OptionRow& row : rows)
        if (row.positional == positional) out.push_back(line_of(row));
    return out;
}

}  // namespace

std::string help_of(const CommandTable& table, const CommandRow& command) {
    std::string out =
        synopsis(table, command, columns, 4) + "\n\n" + wrapped(command.about, columns, 0) + "\n";
    if (command.is_noun) {
        std::vector<Line> verbs;
        for (const CommandRow* row : table.below(command.words))
            verbs.push_back({row->words.substr(row->words.rfind(' ') + 1), row->about});
        return out + print_sections({{"Commands", verbs}}) + "\n" + table.program + " " + command.words +
               " COMMAND --help explains one of them.\n";
    }
    return out + print_sections({{"Arguments", lines_of(command.options, true)},
                                 {"Options", lines_of(command.options, false)},
                                 {"Options of every command", lines_of(table.everywhere, false)}});
}

std::string help_of_program(const CommandTable& table) {
    CommandTable alone = table;
    CommandRow program;
    program.about = table.about;
    std::swap(program.options, alone.everywhere);
    return help_of(alone, program);
}

std::string overview(const CommandTable& table, bool options) {
    Sections sections;
    for (const CommandRow* row : table.below("")) {
        auto it = std::find_if(sections.begin(), sections.end(),
                               [&](const auto& one) { return one.first == row->section; });
        if (it == sections.end()) it = sections.insert(it, {row->section, {}});
        it->second.push_back({row->words, row->about});
    }
    if (options) sections.emplace_back("Options of every command", lines_of(table.everywhere, false));
    return table.about + "\n" + print_sections(sections);
}

}  // namespace audienced::command_line
