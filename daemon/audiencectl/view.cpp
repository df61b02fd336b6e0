#include "view.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace audienced::ctl {

View make_view(bool terminal, std::size_t columns, const char* no_color, const char* term) {
    View out;
    if (!terminal) return out;
    out.columns = columns;
    const bool refused = no_color && *no_color;  // https://no-color.org: set, and not empty
    const bool able = term && *term && std::string_view(term) != "dumb";
    out.colour = able && !refused;
    out.redraws = able;
    return out;
}

std::size_t terminal_columns() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

std::size_t terminal_rows() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0) return size.ws_row;
    return 24;
}

View view_of_output() {
    return make_view(::isatty(STDOUT_FILENO) == 1, terminal_columns(), std::getenv("NO_COLOR"),
                     std::getenv("TERM"));
}

std::string paint(const View& view, Tone tone, const std::string& text) {
    if (!view.colour || tone == Tone::plain || text.empty()) return text;
    const char* code = tone == Tone::good        ? "32"
                       : tone == Tone::attention ? "33"
                       : tone == Tone::bad       ? "31"
                                                 : "1";
    return std::string("\x1b[") + code + "m" + text + "\x1b[0m";
}

}  // namespace audienced::ctl
