// What makes a shell ask `audiencectl __complete` while a command is typed.
#pragma once

#include <string>
#include <vector>

namespace audienced::ctl {

/// The first word of a command line that asks for candidates: "__complete WORD... WORD_BEING_TYPED". It
/// prints one candidate a line, with its help behind a tab; ":files" or ":folders" stand for the shell's own
/// completion of these.
inline constexpr const char* complete_command = "__complete";

const std::vector<std::string>& shells();
/// To be read by that shell; empty for any other.
std::string completion_script(const std::string& shell);

}  // namespace audienced::ctl
