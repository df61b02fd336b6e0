#include "log/queued_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <condition_variable>
#include <csignal>
#include <mutex>

#include "log/events.hpp"
#include "support/fake_time.hpp"

namespace audienced::unit::log_queued_log_test {

using namespace audienced;
using namespace audienced::log;
using namespace std::chrono_literals;

namespace {

/// What arrived, and a gate that a test can shut to be a journal that reads nothing.
struct Recorder {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Event> events;
    bool shut = false, waiting = false;

    void close() {
        const std::lock_guard lock(mutex);
        shut = true;
    }
    void open() {
        const std::lock_guard lock(mutex);
        shut = false;
        changed.notify_all();
    }
    void await_blocked_writer() {
        std::unique_lock lock(mutex);
        changed.wait(lock, [this] { return waiting; });
    }
};

struct RecordingSink final : Sink {
    std::shared_ptr<Recorder> to;
    explicit RecordingSink(std::shared_ptr<Recorder> r) : to(std::move(r)) {}
    bool write(const Event& event, SysTime) override {
        std::unique_lock lock(to->mutex);
        to->waiting = true;
        to->changed.notify_all();
        to->changed.wait(lock, [this] { return !to->shut; });
        to->waiting = false;
        to->events.push_back(event);
        return true;
    }
};

struct Setup {
    std::shared_ptr<Recorder> seen = std::make_shared<Recorder>();
    test::FakeTime time;
    QueuedLog make(QueueOptions options = {}) {
        return QueuedLog(std::make_unique<RecordingSink>(seen), time, std::move(options));
    }
};

}  // namespace

TEST_CASE("events reach the sink in order, and all of them before the log is gone", "[unit][log]") {
    Setup setup;
    {
        auto log = setup.make();
        for (int i = 1; i <= 100; ++i) log.write(run_started({i, "vip", "", ""}));
    }
    REQUIRE(setup.seen->events.size() == 100);
    for (int i = 1; i <= 100; ++i)
        CHECK(setup.seen->events[static_cast<std::size_t>(i - 1)].fields.at(0).value == std::to_string(i));
}

TEST_CASE("addresses in message and fields are masked", "[unit][log]") {
    Setup setup;
    {
        auto log = setup.make();
        log.write(connection_stopped("shop", "mailchimp", "ann@example.org came back"));
        log.write(internal_error("ann@example.org", "x"));
    }
    REQUIRE(setup.seen->events.size() == 2);
    CHECK(setup.seen->events[0].message.find("example.org") == std::string::npos);
    CHECK(setup.seen->events[1].fields.at(0).value == "[masked]");
}

TEST_CASE("less urgent events than the level are left out, and the level can change", "[unit][log]") {
    Setup setup;
    {
        auto log = setup.make({.level = Level::warning});
        log.write(run_started({1, "vip", "", ""}));
        log.write(run_held({1, "vip", "", ""}, {}, ""));
        log.set_level(Level::info);
        log.write(run_started({2, "vip", "", ""}));
    }
    REQUIRE(setup.seen->events.size() == 2);
    CHECK(setup.seen->events[0].kind == Kind::run_held);
    CHECK(setup.seen->events[1].kind == Kind::run_started);
}

TEST_CASE("a stalled sink never blocks a writer; the drops are counted and reported later", "[unit][log]") {
    Setup setup;
    {
        auto log = setup.make({.capacity = 10});
        setup.seen->close();
        log.write(run_started({1, "vip", "", ""}));
        setup.seen->await_blocked_writer();
        for (int i = 0; i < 100; ++i) log.write(run_started({2, "vip", "", ""}));  // 10 fit, 90 do not
        CHECK_FALSE(log.flush(1ms));
        setup.seen->open();
    }
    REQUIRE(setup.seen->events.size() == 12);
    CHECK(setup.seen->events.back().kind == Kind::log_dropped);
    CHECK(setup.seen->events.back().fields.at(0) == Field{"DROPPED", "90"});
}

TEST_CASE("a sink that hangs for ever does not keep the program from ending", "[unit][log]") {
    Setup setup;
    {
        auto log = setup.make({.flush_on_close = 1ms});
        setup.seen->close();
        log.write(run_started({1, "vip", "", ""}));
        setup.seen->await_blocked_writer();
        log.write(run_started({2, "vip", "", ""}));
    }
    CHECK(setup.seen->events.empty());
    setup.seen->open();  // lets the writer that was left behind end
}

TEST_CASE("a repeated event is written once per interval with the number it stands for", "[unit][log]") {
    Setup setup;
    const Error error = make_error(Errc::network, "refused");
    {
        auto log = setup.make({.pace = 60s});
        for (int i = 0; i < 5; ++i) log.write(batch_retrying({1, "vip", "", ""}, 1, i, error, 1s));
        log.write(batch_retrying({2, "other", "", ""}, 1, 1, error, 1s));  // another run has its own pace
        setup.time.advance(61s);
        for (int i = 5; i < 8; ++i) log.write(batch_retrying({1, "vip", "", ""}, 1, i, error, 1s));
        setup.time.advance(61s);
        log.write(batch_retrying({1, "vip", "", ""}, 1, 9, error, 1s));
    }
    const auto& seen = setup.seen->events;
    REQUIRE(seen.size() == 4);
    CHECK(seen[0].fields.back().name != "REPEATED");
    CHECK(seen[1].fields.at(0).value == "2");
    CHECK(seen[2].fields.back() == Field{"REPEATED", "4"});
    CHECK(seen[3].fields.back() == Field{"REPEATED", "2"});
}

TEST_CASE("a reader that went away costs events, not the process", "[unit][log]") {
    struct sigaction plain {};
    plain.sa_handler = SIG_DFL;
    sigaction(SIGPIPE, &plain, nullptr);
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    ::close(ends[0]);
    test::FakeTime time;
    {
        QueuedLog log(make_text_sink(ends[1], Prefix::time), time);
        log.write(run_started({1, "vip", "", ""}));
        CHECK(log.flush(10s));
    }
    ::close(ends[1]);
}

}  // namespace audienced::unit::log_queued_log_test
