// What standard output is, and what may be done there.
#pragma once

#include <cstddef>
#include <string>

namespace audienced::ctl {

enum class Tone { plain, good, attention, bad, strong };

struct View {
    std::size_t columns = 0;  // of the terminal; 0: a pipe or a file, where nothing is cut
    bool colour = false;
    bool redraws = false;  // its cursor can be moved: what stands there can be replaced
};

/// Colour is for terminals that have it, and for people who did not switch it off: `no_color` is the
/// environment's NO_COLOR and `term` its TERM, null where there is none.
View make_view(bool terminal, std::size_t columns, const char* no_color, const char* term);
/// Of this process, as it is now.
View view_of_output();
/// 80 and 24 where the terminal does not tell.
std::size_t terminal_columns();
std::size_t terminal_rows();

std::string paint(const View&, Tone, const std::string& text);

}  // namespace audienced::ctl
