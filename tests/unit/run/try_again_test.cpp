#include "run/try_again.hpp"

#include <catch2/catch.hpp>

#include "store/retries.hpp"
#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_try_again_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;
using Trigger = model::Trigger;

namespace {

struct Scene : RunBench {
    Error error = make_error(Errc::network, "no answer", "try again");
    bool fails = true;

    Scene() {
        rows(three_rows);
        service.before = [this](const ProviderCall& call) -> result<void> {
            if (fails && call.kind == CallKind::pull) return error;
            return {};
        };
    }
    model::Run run(Trigger trigger = Trigger::schedule, model::RunOptions options = {}) {
        return carry_out(queue_run(options, trigger));
    }
    std::optional<store::Retry> retry() {
        const auto read = [](store::Database& db, const vault::Vault&) {
            return store::get_retry(db, "weekly");
        };
        return in_store(read);
    }
    /// As the schedule book does it: the retry is queued as this run.
    model::Run run_the_retry() {
        const model::RunId id = queue_run({}, Trigger::schedule);
        execute("UPDATE retries SET due = NULL, run = " + std::to_string(id));
        return carry_out(id);
    }
};

}  // namespace

TEST_CASE("a scheduled run that failed is tried again after 5, 15 and 60 minutes, then no more",
          "[unit][run]") {
    Scene scene;
    auto run = scene.run();
    CHECK(run.status == Status::failed);
    for (const auto wait : {5min, 15min, 60min}) {
        const auto retry = scene.retry();
        REQUIRE(retry);
        CHECK(retry->run == run.id);
        CHECK(retry->due == *run.finished_at + wait);
        CHECK(run.next_try == retry->due);
        CHECK(run.reason == "no answer");
        run = scene.run_the_retry();
        CHECK(run.trigger == Trigger::schedule);
    }
    CHECK(run.reason == "no answer; tried again 3 times; the next start tries once more");
    CHECK(!run.next_try);
    CHECK(!scene.retry());
    CHECK(scene.run().next_try);
}

TEST_CASE("only what passes by itself is tried again, and only for the schedule", "[unit][run]") {
    Scene scene;
    auto [code, trigger, repeated] = GENERATE(table<Errc, Trigger, bool>({
        {Errc::network, Trigger::schedule, true},
        {Errc::timeout, Trigger::schedule, true},
        {Errc::bad_answer, Trigger::schedule, true},
        {Errc::rate_limited, Trigger::schedule, true},
        {Errc::store_busy, Trigger::schedule, true},
        {Errc::store_full, Trigger::schedule, true},
        {Errc::auth, Trigger::schedule, false},
        {Errc::bad_config, Trigger::schedule, false},
        {Errc::refused, Trigger::schedule, false},
        {Errc::tls, Trigger::schedule, false},
        {Errc::bug, Trigger::schedule, false},
        {Errc::not_ready, Trigger::schedule, false},
        {Errc::network, Trigger::on_demand, false},
    }));
    scene.error.code = code;
    const auto run = scene.run(trigger);
    CAPTURE(to_string(code), run.reason);
    CHECK(scene.retry().has_value() == repeated);
    CHECK(run.next_try.has_value() == repeated);
}

TEST_CASE("a run that succeeds ends what was to be tried again, one that fails does not", "[unit][run]") {
    Scene scene;
    scene.run();
    const auto planned = scene.retry();
    REQUIRE(planned);
    scene.run(Trigger::on_demand);
    REQUIRE(scene.retry());
    CHECK(scene.retry()->due == planned->due);
    scene.fails = false;
    model::RunOptions dry;
    dry.dry_run = true;
    scene.run(Trigger::on_demand, dry);
    CHECK(scene.retry());
    CHECK(scene.run(Trigger::on_demand).status == Status::succeeded);
    CHECK(!scene.retry());

    scene.fails = true;
    scene.run();
    REQUIRE(scene.retry());
    scene.error.code = Errc::auth;
    scene.run_the_retry();
    CHECK(!scene.retry());
}

TEST_CASE("a retry that cannot be written costs the retry, not the end of the run", "[unit][run]") {
    Scene scene;
    scene.refuse_writes("BEFORE INSERT ON retries");
    const auto run = scene.run();
    CHECK(run.status == Status::failed);
    CHECK(run.reason == "no answer");
    CHECK(run.finished_at);
    CHECK(!run.next_try);
    CHECK(!scene.retry());
}

}  // namespace audienced::unit::run_try_again_test
