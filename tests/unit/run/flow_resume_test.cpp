// What a run does with the plan that a crash, a hold or a lost spool left.
#include "run/flow.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "unit/run/flow_scene.hpp"

namespace audienced::unit::run_flow_resume_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;

TEST_CASE("a run that a crash interrupts goes on under its id to the counts of an undisturbed one",
          "[unit][run]") {
    struct Crash {
        Status found;
        std::function<void(RunBench&, std::function<void()>)> at;
    };
    const auto calls = [](auto member, CallKind kind, int nth) {
        return [=](RunBench& bench, std::function<void()> crash) {
            bench.service.*member =
                at_call(kind, nth, [=]() -> result<void> { return crash(), result<void>{}; });
        };
    };
    const auto before = &ScriptedService::before, after = &ScriptedService::after;
    const std::vector<Crash> crashes{
        {Status::planning, calls(before, CallKind::pull, 1)},
        {Status::planning,
         [](RunBench& bench, std::function<void()> crash) {
             bench.service.limits.bytes_per_upsert = 1000;
             bench.service.while_planning = [=, times = 0]() mutable {
                 if (++times == 2) crash();
             };
         }},
        {Status::delivering, calls(before, CallKind::make_group, 1)},
        {Status::delivering, calls(before, CallKind::submit, 1)},
        {Status::delivering, calls(after, CallKind::submit, 1)},  // its answer is lost
        {Status::delivering, calls(after, CallKind::submit, 2)},
        {Status::delivering, calls(after, CallKind::submit, 3)},
        {Status::delivering, calls(after, CallKind::submit, 4)},
    };
    for (const Crash& crash : crashes) {
        RunBench bench;
        bench.rows(three_rows);
        std::optional<CrashImage> image;
        crash.at(bench, [&] { image = bench.crash_image(); });
        const auto undisturbed = bench.run_once();
        REQUIRE(image);
        CAPTURE(&crash - crashes.data());

        RunBench again(*image);
        CHECK(again.row(undisturbed.id).status == crash.found);
        again.serve();
        const auto resumed = again.wait_for(undisturbed.id);
        check_complete(again, resumed);
        CHECK(again.log.has(log::Kind::run_resumed));
        CHECK(again
                  .in_store([](store::Database& db, const vault::Vault&) {
                      return store::list_runs(db, std::nullopt, 9);
                  })
                  .size() == 1);
    }
}

TEST_CASE("a run whose last batch was settled before a crash ends without another call that writes",
          "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.refuse_writes("BEFORE UPDATE ON runs WHEN NEW.finished_at IS NOT NULL");
    const auto id = bench.queue_run();
    CHECK(bench.carry_out(id).status == Status::settling);
    CHECK(bench.log.has(log::Kind::store_trouble));
    bench.allow_writes();
    RunBench again(bench.crash_image());
    again.serve();
    check_complete(again, again.wait_for(id));
    CHECK(again.service.count(CallKind::submit) == 0);
}

TEST_CASE("a lost spool is planned anew under the same run, and nothing settled is sent twice",
          "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    const auto id = bench.queue_run();
    bench.service.before = at_call(CallKind::submit, 1, [&]() -> result<void> {
        std::filesystem::remove(bench.spool_file(id, "upsert"));
        return {};
    });
    const auto run = bench.carry_out(id);
    check_complete(bench, run);
    const auto submits = bench.service.of(CallKind::submit);
    CHECK(submits[0].members() == std::vector<std::string>{"ann@example.org", "bob@example.org"});
    CHECK(submits[1].members() == std::vector<std::string>{"cid@example.org"});
    CHECK(bench.segments.reads == 2);
}

TEST_CASE("a spool that is lost again and again ends the run as skipped", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    const auto id = bench.queue_run();
    bench.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::pull) return {};
        std::filesystem::remove(bench.spool_file(id, "upsert"));
        return {};
    };
    const auto run = bench.carry_out(id);
    CHECK(run.status == Status::skipped);
    CHECK(run.counts.add_up());
    CHECK(bench.segments.reads == 2);
}

TEST_CASE("a held run sends nothing until it is approved, then delivers its plan", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    model::RunOptions options;
    options.hold = true;
    const auto id = bench.queue_run(options);
    auto run = bench.carry_out(id);
    CHECK(run.status == Status::held);
    CHECK(run.planned == counts(3, 3));
    CHECK(run.reason.find("held as asked") != std::string::npos);
    CHECK(bench.log.count(log::Kind::run_held) == 1);
    CHECK(bench.service.count(CallKind::submit) + bench.service.count(CallKind::make_group) == 0);

    bench.rows({});  // what is approved is the plan, not what the segment has become
    bench.put_opt_out("bob@example.org", "unsubscribed");
    bench.service.contact("bob@example.org").state = provider::ContactStatus::State::unsubscribed;
    bench.approve(id);
    run = bench.carry_out(id);
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 2);
    CHECK(run.counts.suppressed == 1);
    CHECK(run.counts.add_up());
    CHECK(bench.segments.reads == 1);
    CHECK(bench.service.members_of("Buyers") ==
          std::vector<std::string>{"ann@example.org", "cid@example.org"});
}

TEST_CASE("a held run survives a restart and can still be approved", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.edit_export([](model::Export& e) { e.hold = true; });
    const auto id = bench.queue_run();
    REQUIRE(bench.carry_out(id).status == Status::held);
    RunBench again(bench.crash_image());
    auto& queue = again.serve();
    again.settle_down();
    CHECK(again.service.calls.empty());
    again.approve(id);
    queue.wake();
    again.wait_until([&] { return again.log.has(log::Kind::run_succeeded); });
    check_complete(again, again.row(id));
}

TEST_CASE("a plan is dropped and made anew when its export was edited meanwhile", "[unit][run]") {
    RunBench bench;
    bench.rows({three_rows[0], {"no address", "X"}});
    model::RunOptions options;
    options.hold = true;
    const auto id = bench.queue_run(options);
    REQUIRE(bench.carry_out(id).status == Status::held);
    REQUIRE(bench.rejects(id).size() == 1);
    bench.time.advance(1min);
    bench.rows({three_rows[1]});
    bench.edit_export([](model::Export& e) { e.title = "Another"; });
    const auto run = bench.carry_out(id);
    CHECK(run.status == Status::held);
    CHECK(run.planned == counts(1, 1));
    CHECK(bench.rejects(id).empty());
    CHECK(bench.service.count(CallKind::submit) == 0);
    CHECK(bench.segments.reads == 2);
}

TEST_CASE("an approval is for the plan that was shown, not for the one made after an edit", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    model::RunOptions options;
    options.hold = true;
    const auto id = bench.queue_run(options);
    REQUIRE(bench.carry_out(id).status == Status::held);
    bench.approve(id);
    bench.time.advance(1min);
    bench.edit_export([](model::Export& e) { e.title = "Another"; });
    const auto run = bench.carry_out(id);
    CHECK(run.status == Status::cancelled);
    CHECK(run.reason.find("the approved plan expired") != std::string::npos);
    CHECK(bench.service.count(CallKind::submit) == 0);
}

}  // namespace audienced::unit::run_flow_resume_test
