#include "follow.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "control/problem.hpp"
#include "progress_line.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "text_cells.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

constexpr std::chrono::seconds patience{20};  // with a daemon that restarts

int outcome(const std::string& status) {
    if (status == "succeeded" || status == "completed_with_rejects") return control::exit_done;
    if (status == "skipped" || status == "held") return control::exit_skipped_or_held;
    return control::exit_failed;
}

// For a signal handler, which may call next to nothing: what to say, ready to be written.
char interrupted_text[256];
std::size_t interrupted_size = 0;

extern "C" void say_that_it_goes_on(int signal) {
    const ssize_t written = ::write(STDERR_FILENO, interrupted_text, interrupted_size);
    (void)written;  // nothing is left to be done
    std::signal(signal, SIG_DFL);
    ::raise(signal);
}

/// While this lives, Ctrl-C says that the run goes on, and how to see or stop it.
class InterruptNote {
public:
    explicit InterruptNote(std::int64_t run) {
        const std::string id = std::to_string(run);
        const std::string text = "\naudiencectl: run " + id +
                                 " goes on; follow it: audiencectl runs follow " + id +
                                 "; stop it: audiencectl runs cancel " + id + "\n";
        interrupted_size = std::min(text.size(), sizeof interrupted_text);
        std::copy_n(text.data(), interrupted_size, interrupted_text);
        before_ = std::signal(SIGINT, say_that_it_goes_on);
    }
    InterruptNote(const InterruptNote&) = delete;
    InterruptNote& operator=(const InterruptNote&) = delete;
    ~InterruptNote() { std::signal(SIGINT, before_); }

private:
    void (*before_)(int);
};

}  // namespace

namespace {

/// Who is told what of a run that is followed; prints nothing by itself.
struct Follower {
    std::function<void(std::string_view)> line = [](std::string_view) {};
    std::function<void(const json&)> event = [](const json&) {};
    std::function<void()> before_failing = [] {};
    std::function<bool()> goes_on = [] { return true; };  // false: what it prints is not read any more
};

int follow_to_the_end(const Shell& shell, std::int64_t run, const Follower& follower, json& ended) {
    const InterruptNote note(run);
    const control::Client client(shell.socket);
    std::uint64_t seq = 0;
    const auto on_line = [&](std::string_view line) {
        const auto event = json::parse(line, nullptr, false);
        if (!event.is_object()) return true;
        seq = event.value("seq", std::uint64_t{0});
        follower.line(line);
        // Only a line with the run as the database has it can end this: an event may be older than an
        // approval.
        const auto stored = event.find("run");
        if (stored != event.end() && (is_over(*stored) || waits_for_a_person(*stored))) {
            ended = *stored;
            return false;
        }
        follower.event(event);
        return follower.goes_on();
    };
    auto gone_since = std::chrono::steady_clock::time_point::max();
    for (;;) {
        const std::string target = "/v1/runs/" + std::to_string(run) + "/events?after=" + std::to_string(seq);
        const auto before = seq;
        const auto answer = client.stream(target, on_line);
        if (ended.is_object()) return outcome(ended.value("status", ""));
        if (!follower.goes_on()) return control::exit_done;
        if (answer && !answer->good()) {
            follower.before_failing();
            return shell.fail(control::parse_problem(answer->body, answer->status));
        }
        // The stream broke: the daemon stops, was killed, or restarts. The run goes on after it.
        const auto now = std::chrono::steady_clock::now();
        if (seq != before || answer) gone_since = std::chrono::steady_clock::time_point::max();
        if (gone_since == std::chrono::steady_clock::time_point::max()) gone_since = now;
        if (now - gone_since > patience) {
            follower.before_failing();
            return shell.unreachable(
                answer ? make_error(Errc::network, "the daemon closed the connection again and again",
                                    "the run may go on without it: audiencectl runs list; journalctl -u "
                                    "audienced says why")
                       : answer.error());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
    }
}

}  // namespace

int follow_run(const Shell& shell, std::int64_t run) {
    ProgressView view(shell.terminal && !shell.json, run);
    Follower follower;
    if (shell.json)
        follower.line = [](std::string_view line) { std::cout << line << std::endl; };
    else
        follower.event = [&view](const json& event) { view.show(event); };
    follower.before_failing = [&view] { view.clear(); };
    follower.goes_on = [] { return std::cout.good(); };
    json ended;
    const int code = follow_to_the_end(shell, run, follower, ended);
    if (ended.is_object() && !shell.json) view.finish(ended);
    return code;
}

int await_run(const Shell& shell, std::int64_t run, json& ended) {
    Follower follower;
    std::string said;
    follower.event = [&](const json& event) {
        const std::string waits = text_of(event, "waiting_for");
        if (!waits.empty() && std::exchange(said, waits) != waits)
            std::cerr << "audiencectl: run " << run << " waits for " << visible(waits) << std::endl;
    };
    return follow_to_the_end(shell, run, follower, ended);
}

int follow_runs(const Shell& shell, const std::vector<std::int64_t>& runs) {
    int worst = control::exit_done;
    const auto weight = [](int code) {
        return code == control::exit_done ? 0 : code == control::exit_skipped_or_held ? 1 : 2;
    };
    for (const auto run : runs) {
        const int code = follow_run(shell, run);
        if (weight(code) > weight(worst)) worst = code;
    }
    return worst;
}

}  // namespace audienced::ctl
