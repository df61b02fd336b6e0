// Can a file be started as a program? What the system says of one that cannot ("No such file or directory")
// is said of its interpreter as well.
#pragma once

#include <string>
#include <string_view>

namespace audienced {

/// What the first bytes of a program say. Pure.
struct ProgramHead {
    std::string fault;        // why it cannot be started, and what to do; empty: nothing speaks against it
    std::string interpreter;  // of a script: an absolute path; empty: it is compiled
};
/// `head`: at least its first 256 bytes, or all of it.
ProgramHead read_program_head(std::string_view head);

/// Of a file that may be executed; looks for its interpreter too. Empty: nothing speaks against it. Blocks.
std::string fault_of_program(const std::string& path);

}  // namespace audienced
