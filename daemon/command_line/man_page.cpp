#include "command_line/man_page.hpp"

#include <algorithm>

namespace audienced::command_line {
namespace {

/// But for what stands in brackets, which is a name as it is written: "SETTINGS OF [log]".
std::string upper(std::string text) {
    bool name = false;
    for (char& c : text) {
        name = c == '[' || (name && c != ']');
        if (!name && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

std::string capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

/// Lines of at most 80 columns, none of which begins like a request.
std::string filled(const std::string& text) {
    const std::string lines = wrapped(text, 78, 0);
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += lines[i];
        if (lines[i] == '\n' && i + 1 < lines.size() && lines[i + 1] == '.') out += "\\&";
    }
    return out;
}

/// An option as its item shows it: "--limit N".
std::string term_of(const OptionRow& row) {
    return row.value.empty() ? row.name : row.name + " " + row.value;
}

std::string meaning_of(const OptionRow& row) {
    std::string out = row.help;
    if (!row.range.empty()) out += " (" + row.range + ")";
    if (row.repeatable && !row.positional) out += "; may be given more than once";
    if (row.one_of.empty() && row.required && !row.positional) out += "; required";
    return out;
}

std::string roff_command(const CommandTable& table, const CommandRow& command) {
    // A synopsis is broken by the reader's terminal, not here.
    std::string out = ".SS " + roff(command.words) + "\n" + roff_example(synopsis(table, command, 70, 4));
    out += ".PP\n" + filled(roff(capital(command.about))) + ".\n";
    return out + roff_options(command.options);
}

}  // namespace

std::string roff(std::string_view text) {
    std::string out;
    bool bold = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool begins_line = i == 0 || text[i - 1] == '\n';
        if (begins_line && (c == '.' || c == '\'')) out += "\\&";
        if (c == '`') {
            out += bold ? "\\fR" : "\\fB";
            bold = !bold;
        } else if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else if (c == '\'') {
            out += "\\(aq";
        } else if (c == '^') {
            out += "\\(ha";
        } else if (c == '~') {
            out += "\\(ti";
        } else {
            out += c;
        }
    }
    return out;
}

std::string roff_paragraph(std::string_view text) {
    return ".PP\n" + filled(roff(text)) + "\n";
}

std::string roff_item(std::string_view term, std::string_view meaning) {
    return ".TP\n\\fB" + roff(term) + "\\fR\n" + filled(roff(meaning)) + "\n";
}

std::string roff_example(std::string_view lines) {
    return ".nf\n" + roff(lines) + "\n.fi\n";
}

std::string roff_options(const std::vector<OptionRow>& rows) {
    std::string out;
    for (const bool positional : {true, false})
        for (const OptionRow& row : rows)
            if (row.positional == positional) out += roff_item(term_of(row), meaning_of(row));
    return out;
}

std::string roff_commands(const CommandTable& table, const std::string& section) {
    std::string out;
    for (const CommandRow* top : table.below("")) {
        if (top->section != section) continue;
        if (!top->is_noun) out += roff_command(table, *top);
        for (const CommandRow* row : table.below(top->words)) out += roff_command(table, *row);
    }
    return out;
}

std::vector<std::string> sections_of(const CommandTable& table) {
    std::vector<std::string> out;
    for (const CommandRow* row : table.below(""))
        if (std::find(out.begin(), out.end(), row->section) == out.end()) out.push_back(row->section);
    return out;
}

std::string print_man_page(const ManPage& page) {
    constexpr std::string_view paragraph = ".PP\n";
    std::string out = ".TH " + upper(page.name) + " " + page.section + " " + page.date + " \"audienced " +
                      page.version + "\" \"audienced\"\n";
    out += ".nh\n.ad l\n";  // neither hyphens nor stretched blanks in commands
    out += ".SH NAME\n" + roff(page.name) + " \\- " + roff(page.about) + "\n";
    for (const auto& [title, text] : page.parts) {
        const bool begins_one = text.starts_with(paragraph);  // as every title does by itself
        out += ".SH " + upper(title) + "\n" + text.substr(begins_one ? paragraph.size() : 0);
    }
    return out;
}

}  // namespace audienced::command_line
