#include "refuse.hpp"

#include <chrono>
#include <cstdio>

#include "log/events.hpp"
#include "log/sink.hpp"

namespace audienced::daemon {

int exit_code(const Error& error) {
    switch (error.code) {
        case Errc::store_corrupt:
            return 65;
        case Errc::store_busy:
            return 75;
        case Errc::bad_config:
        case Errc::wrong_state:
            return 78;
        default:
            return 74;
    }
}

int refuse_start(const std::string& what, const Error& error) {
    if (log::leads_to_journal()) {
        const auto sink = log::make_sink(log::Format::automatic);
        (void)sink->write(log::start_failed(what, error), std::chrono::system_clock::now());
    } else {
        const std::string about = what.empty() ? what : what + ": ";
        std::fprintf(stderr, "audienced: %s%s\n", about.c_str(), error.text().c_str());
    }
    return exit_code(error);
}

}  // namespace audienced::daemon
