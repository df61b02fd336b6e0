#include "until_interrupt.hpp"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

namespace audienced::ctl {
namespace {

// The other screen of the terminal, which leaves what was there before as it is, and no cursor.
constexpr std::string_view take_screen = "\x1b[?1049h\x1b[?25l", give_screen = "\x1b[?25h\x1b[?1049l";

// For signal handlers, which may call next to nothing; written before they are installed.
bool full_screen = false, typed_is_hidden = false;
termios before{};

void write_to_terminal(std::string_view bytes) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    (void)written;  // a terminal that is gone needs nothing
}

void take_terminal() {
    if (!full_screen) return;
    if (typed_is_hidden) {
        termios quiet = before;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet);
    }
    write_to_terminal(take_screen);
}

void give_terminal_back() {
    if (!full_screen) return;
    write_to_terminal(give_screen);
    // What was typed in between is not meant for the shell.
    if (typed_is_hidden) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
}

extern "C" void end_well(int) {
    give_terminal_back();
    ::_exit(0);
}

extern "C" void end_by(int signal) {
    give_terminal_back();
    std::signal(signal, SIG_DFL);
    ::raise(signal);
}

extern "C" void stop_and_go_on(int) {
    const int error = errno;
    give_terminal_back();
    ::raise(SIGSTOP);
    take_terminal();
    errno = error;
}

extern "C" void end_wait(int) {}

void on(int signal, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;  // of reads and writes; a poll ends
    ::sigaction(signal, &action, nullptr);
}

bool reads_terminal_in_front() {
    return ::isatty(STDIN_FILENO) == 1 && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp() &&
           ::tcgetattr(STDIN_FILENO, &before) == 0;
}

constexpr int ends[] = {SIGTERM, SIGHUP, SIGQUIT};

}  // namespace

UntilInterrupt::UntilInterrupt(bool whole) {
    full_screen = whole;
    typed_is_hidden = whole && reads_terminal_in_front();
    on(SIGINT, end_well);
    if (!whole) return;
    for (const int signal : ends) on(signal, end_by);
    on(SIGTSTP, stop_and_go_on);
    on(SIGWINCH, end_wait);
    take_terminal();
}

UntilInterrupt::~UntilInterrupt() {
    give_terminal_back();
    full_screen = false;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH}) on(signal, SIG_DFL);
}

}  // namespace audienced::ctl
