// What --help prints, made of the table of commands; 80 columns.
#pragma once

#include <string>

#include "command_line/command_table.hpp"

namespace audienced::command_line {

/// Synopsis, arguments and options of one command; of a noun its commands.
std::string help_of(const CommandTable&, const CommandRow&);
/// Of a program without commands.
std::string help_of_program(const CommandTable&);
/// Of one with commands: its commands by section. `options`: those of every command too.
std::string overview(const CommandTable&, bool options);

}  // namespace audienced::command_line
