// Writes one event of each kind the way the daemon would: log_probe auto|journal|text|json
#include <cstdio>

#include "aio/time.hpp"
#include "log/queued_log.hpp"
#include "unit/log/every_event.hpp"

int main(int argc, char** argv) {
    using namespace audienced;
    const auto format = argc == 2 ? log::format(argv[1]) : std::nullopt;
    if (!format) return 2;
    log::QueueOptions options;
    options.flush_on_close = std::chrono::seconds(30);
    log::QueuedLog log(log::make_sink(*format), aio::system_time(), options);
    for (log::Event& event : test::every_event()) log.write(std::move(event));
    return log.flush(std::chrono::seconds(30)) ? 0 : 1;
}
