// However a run ends: its counts add up, and what it counts as not delivered is listed.
#include "run/record.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_record_rejects_test {

using namespace audienced;
using namespace audienced::test;
using model::CountedIn;
using Status = model::RunStatus;

namespace {

const std::vector<std::vector<std::string>> four{{"ann@example.org", "Ann"}, {"bob@example.org", "Bob"},
                                                 {"cid@example.org", "Cid"}, {"dan@example.org", "Dan"},
                                                 {"no address", "X"},        {"!", "cut short"}};

model::Outcome refused() {
    model::Outcome out;
    out.kind = model::Outcome::Kind::rejected;
    out.code = "looks_fake";
    out.reject_class = model::RejectClass::fix_data;
    return out;
}

void check_listed(RunBench& bench, const model::Run& run) {
    CHECK(run.counts.add_up());
    const auto kinds = bench.in_store(
        [&](store::Database& db, const vault::Vault&) { return store::list_reject_kinds(db, run.id); });
    std::map<CountedIn, std::uint64_t> counted, listed;
    for (const auto& kind : kinds) counted[kind.counted_in] += kind.count;
    for (const auto& reject : bench.rejects(run.id)) ++listed[reject.counted_in];
    CHECK(counted == listed);
    CHECK(listed[CountedIn::rejected] == run.counts.rejected);
    CHECK(listed[CountedIn::invalid] == run.counts.invalid);
    CHECK(listed[CountedIn::values_dropped] == run.counts.values_dropped);
}

result<void> no_answer() {
    return make_error(Errc::network, "no answer", "try again");
}

/// Bob is refused in a first run, and remembered.
void refuse_bob(RunBench& bench) {
    bench.rows(four);
    bench.service.outcomes["bob@example.org"] = refused();
    check_listed(bench, bench.run_once());
    bench.rows(four);
}

}  // namespace

TEST_CASE("a run that ends at its plan lists what it counts", "[unit][run]") {
    RunBench bench;
    refuse_bob(bench);
    model::RunOptions options;
    SECTION("skipped by a guard") {
        bench.edit_export([](model::Export& e) { e.guards.min_profiles = 10; });
        const auto run = bench.run_once();
        CHECK(run.status == Status::skipped);
        CHECK(run.counts.rejected == 1);
        CHECK(run.counts.invalid == 2);
        check_listed(bench, run);
    }
    SECTION("too many profiles") {
        bench.edit_export([](model::Export& e) { e.guards.max_profiles = 5; });
        const auto run = bench.run_once();
        CHECK(run.status == Status::skipped);
        CHECK(run.counts.invalid == 1);
        check_listed(bench, run);
    }
    SECTION("a dry run") {
        options.dry_run = true;
        const auto run = bench.run_once(options);
        CHECK(run.counts.rejected == 1);
        check_listed(bench, run);
    }
    SECTION("held, and cancelled") {
        options.hold = true;
        const auto run = bench.run_once(options);
        CHECK(run.status == Status::held);
        check_listed(bench, run);
        bench.request_cancel(run.id);
        bench.serve();
        const auto over = bench.wait_for(run.id);
        CHECK(over.status == Status::cancelled);
        check_listed(bench, over);
    }
    SECTION("held, and expired") {
        options.hold = true;
        const auto run = bench.run_once(options);
        bench.edit_export([](model::Export& e) { e.title = "Another"; });
        bench.serve();
        const auto over = bench.wait_for(run.id);
        CHECK(over.status == Status::cancelled);
        check_listed(bench, over);
    }
}

TEST_CASE("a run that reads no source to its end lists nothing and counts nothing", "[unit][run]") {
    RunBench bench;
    std::vector<std::vector<std::string>> rows(600, {"no address", "X"});  // more than a portion of rejects
    bench.rows(rows);
    bench.segments.after_reading = no_answer;
    const auto run = bench.run_once();
    CHECK(run.status == Status::failed);
    CHECK(run.counts == model::Counts{});
    check_listed(bench, run);
}

TEST_CASE("a run that fails or is cancelled half way lists what it counts", "[unit][run]") {
    RunBench bench;
    bench.rows(four);
    bench.service.outcomes["ann@example.org"] = bench.service.outcomes["cid@example.org"] = refused();
    model::Outcome lost;
    bench.service.outcomes["bob@example.org"] = lost;
    SECTION("failed") {
        bench.service.before = at_call(CallKind::submit, 2, no_answer);
        const auto run = bench.run_once();
        CHECK(run.status == Status::failed);
        CHECK(run.counts.not_sent == 2);
        check_listed(bench, run);
    }
    SECTION("its tags failed") {
        bench.service.outcomes.erase("bob@example.org");
        bench.service.before = at_call(CallKind::submit, 3, no_answer);
        const auto run = bench.run_once();
        CHECK(run.status == Status::failed);
        check_listed(bench, run);
    }
    SECTION("cancelled") {
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
        check_listed(bench, run);
    }
}

TEST_CASE("a run whose new plan fails lists what the old one counted", "[unit][run]") {
    RunBench bench;
    bench.rows(four);
    for (const auto& row : four) bench.service.outcomes[row[0]] = refused();
    const auto id = bench.queue_run();
    const bool in_time = GENERATE(true, false);
    bench.service.after = at_call(CallKind::submit, 1, [&]() -> result<void> {
        std::filesystem::remove_all(bench.env.spool_dir);
        std::filesystem::create_directory(bench.env.spool_dir);
        if (!in_time) bench.segments.after_reading = no_answer;
        return {};
    });
    const auto run = bench.carry_out(id);
    CHECK(run.status == (in_time ? Status::completed_with_rejects : Status::failed));
    CHECK(run.counts.rejected == (in_time ? 4u : 2u));
    CHECK(run.counts.not_sent == (in_time ? 0u : 2u));
    check_listed(bench, run);
}

TEST_CASE("a member that several tags refuse is listed once, and a removal apart from the profiles",
          "[unit][run]") {
    RunBench bench;
    bench.add_segment("lapsed");
    bench.rows(four);
    bench.rows(four, "lapsed");
    bench.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::submit && call.batch.kind == model::BatchKind::membership)
            bench.service.outcomes["ann@example.org"] = refused();
        return {};
    };
    auto run = bench.run_once();
    CHECK(run.counts.rejected == 1);
    check_listed(bench, run);
    bench.rows({four[1]});
    bench.rows({four[1]}, "lapsed");
    bench.edit_export([](model::Export& e) { e.guards.max_removal_percent = 100; });
    run = bench.run_once();
    CHECK(run.counts.rejected == 0);
    check_listed(bench, run);
}

}  // namespace audienced::unit::run_record_rejects_test
