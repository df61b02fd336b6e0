#include "run/record.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_record_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;

namespace {

const std::vector<std::vector<std::string>> five{{"ann@example.org", "Ann"},
                                                 {"bob@example.org", "Bob"},
                                                 {"cid@example.org", "Cid"},
                                                 {"dan@example.org", "Dan"},
                                                 {"no address", "X"}};

result<void> no_answer() {
    return make_error(Errc::network, "no answer", "try again");
}

}  // namespace

TEST_CASE("the counts of a run that fails half way add up", "[unit][run]") {
    RunBench bench;
    bench.rows(five);
    bench.service.before = at_call(CallKind::submit, 2, no_answer);
    const auto run = bench.run_once();
    CHECK(run.status == Status::failed);
    CHECK(run.reason == "no answer");
    CHECK(run.error == "no answer; try again");
    CHECK(run.counts.read == 5);
    CHECK(run.counts.invalid == 1);
    CHECK(run.counts.added == 2);
    CHECK(run.counts.rejected == 0);
    CHECK(run.counts.not_sent == 2);
    CHECK(run.counts.add_up());
    CHECK(run.finished_at);
    CHECK(bench.unsettled(run.id).empty());
    CHECK(std::filesystem::is_empty(bench.env.spool_dir));
}

TEST_CASE("the counts of a run that fails before its plan are zero", "[unit][run]") {
    RunBench bench;
    bench.rows(five);
    bench.service.before = at_call(CallKind::pull, 1, no_answer);
    const auto run = bench.run_once();
    CHECK(run.status == Status::failed);
    CHECK(run.counts == model::Counts{});
    CHECK(run.started_at == run.finished_at);
    CHECK(bench.log.count(log::Kind::run_failed) == 1);
}

TEST_CASE("a run that a guard skips counts what was read as not sent", "[unit][run]") {
    RunBench bench;
    bench.rows(five);
    bench.edit_export([](model::Export& e) { e.guards.min_profiles = 10; });
    const auto run = bench.run_once();
    CHECK(run.status == Status::skipped);
    CHECK(run.planned.added == 4);
    CHECK(run.counts.read == 5);
    CHECK(run.counts.added == 0);
    CHECK(run.counts.rejected == 0);
    CHECK(run.counts.not_sent == 4);
    CHECK(run.counts.add_up());
}

TEST_CASE("a cancelled run keeps what was delivered, and its counts add up", "[unit][run]") {
    RunBench bench;
    bench.rows(five);
    auto& queue = bench.serve();
    const auto id = bench.queue_run();
    bench.service.after = at_call(CallKind::submit, 1, [&]() -> result<void> {
        bench.request_cancel(id);
        queue.cancel(id);
        return {};
    });
    queue.wake();
    const auto run = bench.wait_for(id);
    CHECK(run.status == Status::cancelled);
    CHECK(run.reason == "cancelled; what was delivered stays delivered");
    CHECK(run.counts.added == 2);
    CHECK(run.counts.not_sent == 2);
    CHECK(run.counts.add_up());
    CHECK(bench.ledger("ann@example.org"));
    CHECK(bench.service.count(CallKind::submit) == 1);
    CHECK(bench.log.count(log::Kind::run_cancelled) == 1);
}

TEST_CASE("the next run of a failed one goes on with what is missing", "[unit][run]") {
    RunBench bench;
    bench.rows(five);
    bench.service.before = at_call(CallKind::submit, 2, no_answer);
    bench.run_once();
    const auto run = bench.run_once();
    CHECK(run.status == Status::completed_with_rejects);  // the row without an address
    CHECK(run.counts.added == 2);
    CHECK(run.counts.updated == 2);  // these lack the tag only
    CHECK(run.counts.add_up());
    CHECK(bench.service.members_of("Buyers").size() == 4);
}

TEST_CASE("the traffic of a run is kept, that of a crashed life included", "[unit][run]") {
    RunBench bench;
    bench.rows(five);
    std::optional<CrashImage> image;
    bench.service.after = at_call(CallKind::submit, 2, [&]() -> result<void> {
        image = bench.crash_image();
        return {};
    });
    const auto whole = bench.run_once();
    CHECK(whole.traffic.writes == bench.service.count(CallKind::submit));
    CHECK(whole.traffic.requests == bench.service.calls.size());
    RunBench again(*image);
    again.serve();
    const auto resumed = again.wait_for(whole.id);
    CHECK(resumed.traffic.writes == 1 + again.service.count(CallKind::submit));
}

TEST_CASE("a spool file that cannot be removed goes at the end of the next run", "[unit][run]") {
    RunBench bench;
    bench.rows(five);
    bench.run_once();
    const std::string stray = bench.spool_file(99, "upsert");
    bench.dir->write("state/spool/" + std::filesystem::path(stray).filename().string(), "ann@example.org");
    bench.run_once();
    CHECK_FALSE(std::filesystem::exists(stray));
}

TEST_CASE("an end that cannot be stored leaves the run's row as it was", "[unit][run]") {
    RunBench bench;
    bench.rows(five);
    bench.refuse_writes("BEFORE UPDATE ON runs WHEN NEW.status = 'failed'");
    bench.service.before = at_call(CallKind::submit, 1, no_answer);
    const auto id = bench.queue_run();
    const auto run = bench.carry_out(id);
    CHECK(run.status == Status::delivering);
    CHECK_FALSE(run.finished_at);
    CHECK(bench.unsettled(id).size() == 4);
    CHECK(bench.log.count(log::Kind::store_trouble) == 1);
    CHECK(bench.log.count(log::Kind::run_failed) == 0);
}

}  // namespace audienced::unit::run_record_test
