#include "schedule/scheduler.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "aio/task_group.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::schedule_scheduler_test {

using namespace audienced;
using namespace audienced::schedule;
using namespace std::chrono;

namespace {

struct ScriptedBook final : Book {
    std::map<std::string, Entry> stored;
    std::vector<std::string> events;
    int loads = 0;
    std::vector<SysTime> looks;
    bool look_fails = false, load_fails = false, fire_fails = false, save_fails = false;

    awaitable<result<std::vector<Entry>>> load() override {
        ++loads;
        if (load_fails) co_return make_error(Errc::store_busy, "busy");
        std::vector<Entry> out;
        for (const auto& [key, entry] : stored) out.push_back(entry);
        co_return out;
    }
    awaitable<result<void>> fire(std::string key, SysTime due) override {
        if (fire_fails) co_return make_error(Errc::store_full, "full");
        stored[key].last_served = due;
        events.push_back("fire " + key + " " + to_iso8601(due));
        co_return result<void>{};
    }
    awaitable<result<void>> pass_over(std::string key, SysTime at) override {
        if (save_fails) co_return make_error(Errc::store_full, "full");
        stored[key].last_served = at;
        events.push_back("pass " + key + " " + to_iso8601(at));
        co_return result<void>{};
    }
    awaitable<result<void>> look(SysTime now) override {
        looks.push_back(now);
        if (look_fails) co_return make_error(Errc::store_busy, "busy");
        co_return result<void>{};
    }
    void missed(const std::string& key, SysTime due) override {
        events.push_back("missed " + key + " " + to_iso8601(due));
    }
    void trouble(const std::string& key, const Error& error) override {
        events.push_back("trouble " + key + " " + to_string(error.code));
    }
    void set(const std::string& key, const std::string& calendar, std::optional<SysTime> served = {}) {
        stored[key] = Entry{key, calendar, "UTC", served};
    }
    std::vector<std::string> take() { return std::exchange(events, {}); }
};

/// The scheduler on a clock that the test moves; begins at 2026-03-01T10:00:00Z.
struct Fixture {
    boost::asio::io_context context{1};
    test::FakeTime time;
    ScriptedBook book;
    Scheduler scheduler{context.get_executor(), time, book};
    std::vector<std::string> bugs;
    aio::TaskGroup group{context.get_executor(),
                         [this](const std::string&, const std::string& what) { bugs.push_back(what); }};

    void start() {
        group.spawn("scheduler", scheduler.run());
        settle();
    }
    void settle() {
        context.restart();
        while (context.poll() > 0) {
        }
    }
    /// As time goes by: from sleeper to sleeper.
    void pass(seconds d) {
        for (seconds left = d; left > 0s; left -= 10s) {
            time.advance(std::min(left, seconds(10)));
            settle();
        }
    }
    ~Fixture() {
        group.cancel();
        settle();
        CHECK(group.empty());
        CHECK(bugs.empty());
    }
};

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("what is due is fired once, at its time, and stored", "[unit][schedule]") {
    Fixture f;
    f.book.set("refresh", "daily 12:00", f.time.now());
    f.book.set("export:vip", "daily 11:00", f.time.now());
    f.start();
    f.pass(59min + 50s);
    CHECK(f.book.take().empty());
    f.pass(20s);
    CHECK(f.book.take() == Events{"fire export:vip 2026-03-01T11:00:00Z"});
    f.pass(24h);
    CHECK(f.book.take() ==
          Events{"fire refresh 2026-03-01T12:00:00Z", "fire export:vip 2026-03-02T11:00:00Z"});
    CHECK(f.book.loads == 1);
}

TEST_CASE("waking up exactly at the start does not wait for the slice", "[unit][schedule]") {
    Fixture f;
    f.book.set("refresh", "1 10 * * *", f.time.now());
    f.start();
    f.time.advance(30s);
    f.settle();
    f.time.advance(30s + 1ms);
    f.settle();
    CHECK(f.book.take() == Events{"fire refresh 2026-03-01T10:01:00Z"});
}

TEST_CASE("an idle scheduler wakes up twice a minute", "[unit][schedule]") {
    Fixture f;
    f.book.set("refresh", "0 0 1 1 *", f.time.now());
    f.start();
    int wake_ups = 0;
    const SysTime begin = f.time.now();
    while (f.time.now() < begin + 10min) {
        REQUIRE(f.time.advance_to_next_sleeper());
        f.settle();
        ++wake_ups;
    }
    CHECK(wake_ups == 20);
}

TEST_CASE("one run makes up for starts missed while the daemon was down", "[unit][schedule]") {
    Fixture f;
    f.book.set("refresh", "daily 02:00", f.time.now() - 240h);
    f.start();
    CHECK(f.book.take() ==
          Events{"fire refresh 2026-03-01T02:00:00Z", "missed refresh 2026-03-01T02:00:00Z"});
    f.pass(1h);
    CHECK(f.book.take().empty());
}

TEST_CASE("a new schedule begins now and makes up for nothing", "[unit][schedule]") {
    Fixture f;
    f.book.set("refresh", "daily 02:00");
    f.start();
    CHECK(f.book.take() == Events{"pass refresh 2026-03-01T10:00:00Z"});
    f.pass(16h + 10s);
    CHECK(f.book.take() == Events{"fire refresh 2026-03-02T02:00:00Z"});
}

TEST_CASE("a changed or newly enabled schedule makes up for nothing, an untouched one stays as it is",
          "[unit][schedule]") {
    Fixture f;
    f.book.set("export:a", "daily 14:00", f.time.now() - 20h);
    f.book.set("export:b", "daily 11:00", f.time.now() - 20h);
    f.start();
    f.book.take();
    f.book.set("export:a", "daily 02:00", f.time.now() - 20h);  // 02:00 has passed today
    f.book.set("export:c", "daily 03:00", f.time.now() - 100h);
    f.scheduler.reload();
    f.settle();
    CHECK(f.book.take() ==
          Events{"pass export:a 2026-03-01T10:00:00Z", "pass export:c 2026-03-01T10:00:00Z"});
    f.pass(1h + 10s);
    CHECK(f.book.take() == Events{"fire export:b 2026-03-01T11:00:00Z"});
    f.book.stored.erase("export:b");
    f.scheduler.reload();
    f.pass(48h);
    for (const std::string& event : f.book.take()) CHECK(event.find("export:b") == std::string::npos);
}

TEST_CASE("setting the clock forward a day and back again starts no extra runs", "[unit][schedule]") {
    Fixture f;
    f.book.set("refresh", "*/5 * * * *", f.time.now());
    f.start();
    f.time.set_wall_clock(f.time.now() + 24h);
    f.pass(30s);
    CHECK(f.book.take() == Events{"fire refresh 2026-03-02T10:00:00Z"});
    f.time.set_wall_clock(f.time.now() - 24h);
    f.pass(1min);
    auto events = f.book.take();
    REQUIRE(events.size() == 1);
    CHECK(events[0].starts_with("pass refresh 2026-03-01T10:0"));
    f.pass(10min);
    CHECK(f.book.take() == Events{"fire refresh 2026-03-01T10:05:00Z", "fire refresh 2026-03-01T10:10:00Z"});
}

TEST_CASE("three days of suspend are noticed with the next slice", "[unit][schedule]") {
    Fixture f;
    f.book.set("refresh", "daily 02:00", f.time.now());
    f.start();
    f.time.set_wall_clock(f.time.now() + 72h);  // the steady clock stood still
    f.pass(30s);
    CHECK(f.book.take() ==
          Events{"fire refresh 2026-03-04T02:00:00Z", "missed refresh 2026-03-04T02:00:00Z"});
}

TEST_CASE("a start that could not be stored is retried, and fired once", "[unit][schedule]") {
    Fixture f;
    f.book.set("refresh", "daily 11:00", f.time.now());
    f.start();
    f.book.fire_fails = true;
    f.pass(61min);
    auto events = f.book.take();
    CHECK(events.size() >= 2);
    for (const std::string& event : events) CHECK(event == "trouble refresh store_full");
    CHECK(f.scheduler.view().at(0).error == "full");
    f.book.fire_fails = false;
    f.pass(1h);
    events = f.book.take();
    REQUIRE_FALSE(events.empty());
    CHECK(events[0] == "fire refresh 2026-03-01T11:00:00Z");
    CHECK(events.size() == 1);
    CHECK(f.scheduler.view().at(0).error.empty());
}

TEST_CASE("a baseline that could not be stored is stored later", "[unit][schedule]") {
    Fixture f;
    f.book.save_fails = true;
    f.book.set("refresh", "daily 02:00");
    f.start();
    CHECK(f.book.take() == Events{"trouble refresh store_full"});
    f.book.save_fails = false;
    f.pass(1h);
    CHECK(f.book.take() == Events{"pass refresh 2026-03-01T10:00:00Z"});
}

TEST_CASE("a load that fails is retried with the next slice", "[unit][schedule]") {
    Fixture f;
    f.book.load_fails = true;
    f.book.set("refresh", "daily 11:00", f.time.now());
    f.start();
    CHECK(f.book.take() == Events{"trouble  store_busy"});
    CHECK(f.scheduler.view().empty());
    f.book.load_fails = false;
    f.pass(30s);
    CHECK(f.book.loads == 2);
    CHECK(f.scheduler.view().size() == 1);
}

TEST_CASE("an invalid schedule is reported, and does not stop the others", "[unit][schedule]") {
    Fixture f;
    f.book.set("export:a", "whenever", f.time.now());
    f.book.set("export:b", "daily 11:00", f.time.now());
    f.book.stored["export:b"].timezone = "UTC";
    f.book.set("export:c", "daily 11:00", f.time.now());
    f.book.stored["export:c"].timezone = "Nowhere/Land";
    f.start();
    CHECK(f.book.take() == Events{"trouble export:a usage", "trouble export:c usage"});
    f.pass(61min);
    CHECK(f.book.take() == Events{"fire export:b 2026-03-01T11:00:00Z"});
    const auto view = f.scheduler.view();
    REQUIRE(view.size() == 3);
    CHECK_FALSE(view[0].next.has_value());
    CHECK_FALSE(view[0].error.empty());
    CHECK(to_iso8601(view[1].next.value()) == "2026-03-02T11:00:00Z");
    CHECK(to_iso8601(view[1].last_served.value()) == "2026-03-01T11:00:00Z");
}

TEST_CASE("a reload during the wait takes effect at once", "[unit][schedule]") {
    Fixture f;
    f.start();
    f.book.set("refresh", "daily 02:00");
    f.scheduler.reload();
    f.settle();
    REQUIRE(f.scheduler.view().size() == 1);
    CHECK(to_iso8601(f.scheduler.view()[0].next.value()) == "2026-03-02T02:00:00Z");
}

TEST_CASE("what else is due is looked at with each slice, and a failure is told", "[unit][schedule]") {
    Fixture f;
    f.start();
    REQUIRE(f.book.looks.size() == 1);
    f.pass(90s);
    CHECK(f.book.looks.size() == 4);
    CHECK(f.book.looks.back() - f.book.looks.front() == 90s);
    CHECK(f.book.take().empty());
    f.book.look_fails = true;
    f.pass(30s);
    CHECK(f.book.take() == Events{"trouble  store_busy"});
}

}  // namespace audienced::unit::schedule_scheduler_test
