#include "notify.hpp"

#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <algorithm>

namespace audienced::daemon {
namespace {

/// One line: a line break would begin another assignment.
std::string one_line(std::string_view text) {
    std::string out(text.substr(0, 500));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return out;
}

void send(const std::string& state) {
    (void)sd_notify(0, state.c_str());
}

}  // namespace

void Notify::ready(std::string_view text) {
    if (stopping_) return;
    status_ = one_line(text);
    send("READY=1\nSTATUS=" + status_);
}

void Notify::status(std::string_view text) {
    std::string line = one_line(text);
    if (line == status_) return;
    status_ = std::move(line);
    send("STATUS=" + status_);
}

void Notify::reloading() {
    if (stopping_) return;
    // Type=notify-reload compares this with the moment of its signal; steady_clock is CLOCK_MONOTONIC here.
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(us));
}

void Notify::stopping(std::string_view text) {
    if (std::exchange(stopping_, true)) return;
    status_ = one_line(text);
    send("STOPPING=1\nSTATUS=" + status_);
}

void Notify::extend_timeout(std::chrono::microseconds by) {
    send("EXTEND_TIMEOUT_USEC=" + std::to_string(by.count()));
}

void Notify::beat() {
    send("WATCHDOG=1");
}

std::optional<std::chrono::microseconds> Notify::watchdog() {
    std::uint64_t within = 0;
    if (sd_watchdog_enabled(0, &within) <= 0) return std::nullopt;
    return std::chrono::microseconds(within);
}

result<std::optional<int>> inherited_socket() {
    const int count = sd_listen_fds(0);
    if (count == 0) return std::optional<int>();
    const int fd = SD_LISTEN_FDS_START;
    if (count < 0 || count > 1 || sd_is_socket_unix(fd, SOCK_STREAM, 1, nullptr, 0) <= 0)
        return make_error(Errc::bad_config,
                          "the service manager did not pass exactly one listening Unix stream socket",
                          "audienced.socket has one ListenStream= with a path, and nothing else");
    return std::optional<int>(fd);
}

}  // namespace audienced::daemon
