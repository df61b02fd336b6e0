#include "start_failure.hpp"

#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>

#include "aio/time.hpp"
#include "log/events.hpp"
#include "log/queued_log.hpp"
#include "notify.hpp"

namespace audienced::daemon {

int exit_status(const Error& error) noexcept {
    switch (error.code) {
        case Errc::store_corrupt:
            return 65;
        case Errc::bug:
            return 70;
        case Errc::store_busy:
            return 75;
        case Errc::bad_config:
        case Errc::wrong_state:
            return 78;
        case Errc::usage:
            return 2;
        default:
            return 74;
    }
}

void tell_start_failure(log::Event event, const std::string& line, log::Format format) {
    Notify().status(event.message);
    const bool to_terminal = !log::stderr_leads_to_journal() && format != log::Format::json;
    if (to_terminal) std::fprintf(stderr, "audienced: %s\n", line.c_str());
    if (to_terminal && format != log::Format::journal) return;
    auto sink = to_terminal                      ? log::make_journal_sink()
                : log::stderr_leads_to_journal() ? log::make_sink(log::Format::automatic)
                                                 : log::make_sink(format);
    // Queued, since a journal that reads nothing must not keep the process.
    log::QueuedLog log(std::move(sink), aio::system_time());
    log.write(std::move(event));
    log.flush(std::chrono::seconds(2));
    // journald looks up the unit of a sender by its process id: one that is gone by then is left out of
    // `journalctl -u audienced`.
    if (!to_terminal) std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

int end_start(const Error& error, log::Format format, const std::string& what) {
    const int status = exit_status(error);
    tell_start_failure(log::start_failed(what, error, status),
                       (what.empty() ? "" : what + ": ") + error.text(), format);
    return status;
}

int end_start_of_config(const std::string& file, const Error& error) {
    tell_start_failure(log::config_invalid(file, error), file + ": " + error.text(), log::Format::automatic);
    return exit_status(error);
}

}  // namespace audienced::daemon
