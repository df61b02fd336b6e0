// Manual pages in the macros of man(7). Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command_line/command_table.hpp"

namespace audienced::command_line {

struct ManPage {
    std::string name, section, version, date, about;
    /// Title and text in roff, in their order; NAME stands before them.
    std::vector<std::pair<std::string, std::string>> parts;
};
std::string print_man_page(const ManPage&);

/// Plain text as roff shows it literally; `code` in backticks becomes bold.
std::string roff(std::string_view text);
/// A paragraph.
std::string roff_paragraph(std::string_view text);
/// A term and what it means, indented.
std::string roff_item(std::string_view term, std::string_view meaning);
/// Lines that are shown as they are typed; stands behind a paragraph or a title.
std::string roff_example(std::string_view lines);

/// The options of a command, one item each.
std::string roff_options(const std::vector<OptionRow>&);
/// The commands of one section of the overview, each with synopsis, explanation and options.
std::string roff_commands(const CommandTable&, const std::string& section);
/// In the order of the overview.
std::vector<std::string> sections_of(const CommandTable&);

}  // namespace audienced::command_line
