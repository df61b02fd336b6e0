#include "watch.hpp"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "control/problem.hpp"
#include "shell.hpp"
#include "until_interrupt.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds between_asks{1000};
/// A daemon that is silent for longer is told to be so.
constexpr std::chrono::seconds most_silence{5};

/// Its other end is closed. Ends after that time, or sooner where the window gets another size.
bool reader_goes_within(std::chrono::milliseconds time) {
    pollfd output{STDOUT_FILENO, 0, 0};
    return ::poll(&output, 1, static_cast<int>(time.count())) > 0;
}

WatchStreams streams_of_process() {
    WatchStreams out;
    out.out = &std::cout;
    out.err = &std::cerr;
    out.now = [] {
        return std::chrono::time_point_cast<SysTime::duration>(std::chrono::system_clock::now());
    };
    out.view = view_of_output;
    out.rows = terminal_rows;
    return out;
}

std::unique_ptr<WatchOutput> output_of(const Shell& shell, bool in_place) {
    if (shell.json) return watch_as_json(streams_of_process(), shell.terminal);
    return in_place ? watch_in_place(streams_of_process()) : watch_in_sequence(streams_of_process());
}

result<void> watch_until_interrupt(const Shell& shell) {
    control::Patience patience;
    patience.limit = most_silence;
    const control::Client client(shell.socket, patience);
    WatchSteps steps;
    steps.ask = [&] { return client.send("GET", "/v1/status"); };
    steps.wait = [] { return std::cout.good() && !reader_goes_within(between_asks); };
    const bool in_place = !shell.json && view_of_output().redraws;
    const auto output = output_of(shell, in_place);
    const UntilInterrupt until(in_place);
    return watch(steps, *output);
}

}  // namespace

result<void> watch(const WatchSteps& steps, WatchOutput& output) {
    do {
        const auto answer = steps.ask();
        if (!answer) {
            output.tell(answer.error());
            continue;
        }
        if (!answer->good()) {
            Error why = control::parse_problem(answer->body, answer->status);
            if (answer->status < 500) return why;
            output.tell(why);
            continue;
        }
        const json status = json::parse(answer->body, nullptr, false);
        if (status.is_object())
            output.show(status, answer->body);
        else
            output.tell(make_error(Errc::bad_answer, "the daemon's answer is not JSON",
                                   "is it of the same version?"));
    } while (steps.wait());
    return {};
}

int watch_status(const Shell& shell) {
    const auto ended = watch_until_interrupt(shell);
    if (!ended) return shell.fail(ended.error());
    return control::exit_done;
}

}  // namespace audienced::ctl
