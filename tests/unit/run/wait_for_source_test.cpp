#include "run/wait_for_source.hpp"

#include <catch2/catch.hpp>
#include <tuple>

#include "aio/task_group.hpp"
#include "support/run_coro.hpp"
#include "unit/store/state.hpp"

namespace audienced::unit::run_wait_for_source_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

namespace {

struct KeptLog final : log::Log {
    void write(log::Event event) noexcept override { events.push_back(std::move(event)); }
    std::vector<log::Event> events;
};

/// A run of "weekly", whose segments come from a source that may wait for five minutes and one that may not.
struct WaitScene {
    TempDir dir;
    boost::asio::io_context io{1};
    FakeTime time;
    KeptLog log;
    std::optional<store::Store> store;
    run::Environment env;
    std::optional<run::RunProgress> progress;

    explicit WaitScene(const std::string& minutes = "5", model::Trigger trigger = model::Trigger::schedule) {
        auto opened = store::open_state((dir.path() / "state").string()).value();
        auto vault = store::open_vault(opened.db, master_key()).value();
        model::Source patient{"patient", "csv", {{"csv", "/srv"}, {"ready-wait", minutes}}, from_unix(1000)};
        model::Source other{"other", "csv", {{"csv", "/srv"}}, from_unix(1000)};
        REQUIRE(store::add_source(opened.db, vault, patient, {}));
        REQUIRE(store::add_source(opened.db, vault, other, {}));
        REQUIRE(store::add_segment(opened.db, sample_segment("lapsed", "other")));
        REQUIRE(store::add_segment(opened.db, sample_segment("buyers", "patient")));
        store.emplace(std::move(opened.db), std::move(vault));
        env.io = io.get_executor();
        env.time = &time;
        env.store = &*store;
        env.log = &log;
        model::Run run = sample_run();
        run.trigger = trigger;
        run.started_at = time.now();
        progress.emplace(env, run);
    }
    result<void> wait() {
        return run_coro(io, time,
                        run::wait_for_source(env, *progress, sample_export().segments,
                                             retryable(Errc::not_ready, "the file is not there yet")));
    }
};

}  // namespace

TEST_CASE("what is left of a wait is never more than was allowed", "[unit][run]") {
    const auto [started, now, left] = GENERATE(table<std::int64_t, std::int64_t, std::int64_t>({
        {1000, 1000, 600},
        {1000, 1001, 599},
        {1000, 1600, 0},
        {1000, 9999, 0},
        {9999, 1000, 600},  // the clock was set back
    }));
    CHECK(run::left_to_wait(10min, from_unix(started), from_unix(now)).count() == left);
}

TEST_CASE("a scheduled run waits a minute at a time until its source's patience ends", "[unit][run]") {
    WaitScene scene;
    const SysTime began = scene.time.now();
    for (int tries = 0; tries < 5; ++tries) REQUIRE(scene.wait());
    CHECK(scene.time.now() - began == 5min);
    const auto last = scene.wait();
    REQUIRE_FALSE(last);
    CHECK(last.error().code == Errc::not_ready);
    CHECK(last.error().message == "the file is not there yet (waited 5 min for it)");
    CHECK(scene.time.now() - began == 5min);
    REQUIRE(scene.log.events.size() == 5);
    CHECK(scene.log.events[0].message.find("the file is not there yet") != std::string::npos);
    CHECK(scene.log.events[0].message.find(to_iso8601(began + 5min)) != std::string::npos);
}

TEST_CASE("a restart in the middle does not lengthen the wait", "[unit][run]") {
    WaitScene scene;
    scene.progress->run.started_at = scene.time.now() - 4min - 30s;
    const SysTime began = scene.time.now();
    REQUIRE(scene.wait());
    CHECK(scene.time.now() - began == 30s);
    CHECK_FALSE(scene.wait());
}

TEST_CASE("a run that no schedule started, or with sources that allow no wait, does not wait",
          "[unit][run]") {
    WaitScene on_demand("5", model::Trigger::on_demand), impatient("0");
    for (WaitScene* scene : {&on_demand, &impatient}) {
        const SysTime began = scene->time.now();
        const auto waited = scene->wait();
        REQUIRE_FALSE(waited);
        CHECK(waited.error().message == "the file is not there yet");
        CHECK(scene->time.now() == began);
        CHECK(scene->log.events.empty());
    }
}

namespace {
awaitable<void> note(WaitScene& scene, std::optional<result<void>>& out) {
    auto segments = sample_export().segments;
    Error why = retryable(Errc::not_ready, "not yet");
    out = co_await run::wait_for_source(scene.env, *scene.progress, std::move(segments), std::move(why));
}
}  // namespace

TEST_CASE("a waiting run says what for, and ends at once when it is cancelled", "[unit][run]") {
    WaitScene scene;
    std::optional<result<void>> ended;
    aio::TaskGroup tasks(scene.env.io);
    tasks.spawn("run", note(scene, ended));
    run_until(scene.io, [&] { return scene.time.sleepers() == 1; });
    CHECK(scene.progress->events.progress().waiting_in_full.find("not yet") != std::string::npos);
    tasks.cancel();
    run_until(scene.io, [&] { return tasks.empty(); });
    REQUIRE(ended);
    REQUIRE_FALSE(*ended);
    CHECK(ended->error().code == Errc::cancelled);
}

}  // namespace audienced::unit::run_wait_for_source_test
