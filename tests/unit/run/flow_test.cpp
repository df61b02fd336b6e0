#include "run/flow.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "store/audit.hpp"
#include "unit/run/flow_scene.hpp"

namespace audienced::unit::run_flow_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;

TEST_CASE("a run delivers the members of its segment, and the next one only what changed", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    const auto first = bench.run_once();
    check_complete(bench, first);
    CHECK(first.finished_at == bench.time.now());
    CHECK(bench.log.count(log::Kind::run_succeeded) == 1);
    CHECK(first.traffic.writes == 4);  // upserts of two and one, and as many into the tag

    const std::size_t before = bench.service.count(CallKind::submit);
    const auto second = bench.run_once();
    CHECK(second.counts == counts(3, 0, 3));
    CHECK(second.traffic.writes == 0);
    CHECK(bench.service.count(CallKind::submit) == before);
}

TEST_CASE("after a run that made a field nothing is sent again", "[unit][run]") {
    RunBench s;
    s.edit_export([](model::Export& e) {
        e.create_fields = true;
        e.fields.push_back({"first", "NICK"});
    });
    s.rows(three_rows);
    CHECK(s.run_once().counts.added == 3);
    REQUIRE(s.service.count(CallKind::create_fields) == 1);
    CHECK(s.run_once().counts.unchanged == 3);
    // Made again at the provider: another field, which is empty.
    s.service.account.field_ids["NICK"] = "other";
    CHECK(s.run_once().counts.updated == 3);
    CHECK(s.run_once().counts.unchanged == 3);
}

TEST_CASE("a member that leaves the segment loses the tag, not the contact", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.rows({three_rows[0], three_rows[1]});
    const auto second = bench.run_once();
    CHECK(second.status == Status::succeeded);
    CHECK(second.counts.removed == 1);
    CHECK(bench.service.members_of("Buyers") ==
          std::vector<std::string>{"ann@example.org", "bob@example.org"});
    CHECK(bench.service.has("cid@example.org"));
    CHECK_FALSE(bench.ledger("cid@example.org"));
}

TEST_CASE("a run that puts removals off says so once, with rows and cause", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    CHECK_FALSE(bench.log.has(log::Kind::removals_put_off));
    bench.rows({three_rows[0], {"!", "line 3 is cut short"}});
    const bool dry = GENERATE(false, true);
    model::RunOptions options;
    options.dry_run = dry;
    const auto run = bench.run_once(options);
    CHECK(run.planned.removals_put_off == 2);
    CHECK(bench.log.count(log::Kind::removals_put_off) == (dry ? 0 : 1));
    const auto audit =
        bench.in_store([](store::Database& db, const vault::Vault&) { return store::list_audit(db, 1); });
    const bool told = !audit.empty() && audit[0].action == "removals put off";
    CHECK(told == !dry);
    if (told) CHECK(audit[0].after == "{\"runs_in_a_row\":1,\"accepted_rows\":0,\"unreadable_rows\":1}");
    for (const log::Event& event : bench.log.events)
        if (event.kind == log::Kind::removals_put_off) {
            CHECK(event.message.find("puts 2 removals off, since 1 rows") != std::string::npos);
            CHECK(event.message.find("line 3 is cut short") != std::string::npos);
        }
}

TEST_CASE("a dry run plans, tells the counts, and writes nothing anywhere", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.edit_export([](model::Export& e) {
        e.create_fields = true;
        e.fields.push_back({"first", "NICK"});
    });
    model::RunOptions options;
    options.dry_run = true;
    const auto run = bench.run_once(options);
    CHECK(run.status == Status::succeeded);
    CHECK(run.reason == "a dry run: planned, nothing was sent");
    CHECK(run.counts == counts(3, 3));
    CHECK(run.traffic.writes == 0);
    CHECK(bench.service.count(CallKind::create_fields) + bench.service.count(CallKind::make_group) == 0);
    CHECK_FALSE(bench.ledger("ann@example.org"));
    CHECK(std::filesystem::is_empty(bench.env.spool_dir));
}

TEST_CASE("a guard that says skip ends the run before the first write", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    const std::size_t writes = bench.service.count(CallKind::submit);
    bench.rows({});
    auto run = bench.run_once();
    CHECK(run.status == Status::skipped);
    CHECK(run.reason.find("fewer than --min-profiles") != std::string::npos);
    CHECK(bench.service.members_of("Buyers") == three_addresses);

    bench.rows(three_rows);
    bench.edit_export([](model::Export& e) { e.guards.max_profiles = 2; });
    run = bench.run_once();
    CHECK(run.status == Status::skipped);
    CHECK(run.reason.find("--max-profiles 2 ") != std::string::npos);
    CHECK(bench.service.count(CallKind::submit) == writes);
}

TEST_CASE("more removals than the guard allows hold the run", "[unit][run]") {
    RunBench bench;
    bench.service.limits.members_per_upsert = bench.service.limits.members_per_membership = 500;
    std::vector<std::vector<std::string>> many;
    for (int i = 0; i < 101; ++i) many.push_back({"m" + std::to_string(i) + "@example.org", "M"});
    bench.rows(many);
    bench.run_once();
    bench.rows({many[0]});
    const auto run = bench.run_once();
    CHECK(run.status == Status::held);
    CHECK(run.reason.find("100 of 101 delivered members") != std::string::npos);
    CHECK(bench.service.members_of("Buyers").size() == 101);
}

TEST_CASE("a source that is not ready skips the run, and no member is removed", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.segments.before_read = [](const std::string&) -> result<void> {
        return make_error(Errc::not_ready, "the file is not there", "wait for it");
    };
    const auto run = bench.run_once();
    CHECK(run.status == Status::skipped);
    CHECK(run.reason == "the file is not there; wait for it");
    CHECK(run.error == "");
    CHECK(bench.service.members_of("Buyers") == three_addresses);
}

TEST_CASE("a scheduled run waits for its source as long as the source allows, then is skipped",
          "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bool ready = false;
    bench.segments.before_read = [&](const std::string&) -> result<void> {
        if (ready) return {};
        return make_error(Errc::not_ready, "the file is not there");
    };
    const auto id = bench.queue_run({}, model::Trigger::schedule);
    const SysTime began = bench.time.now();
    SECTION("its data comes in time: planned from the start, with a new look at the opt-outs") {
        bench.service.before = at_call(CallKind::pull, 3, [&]() -> result<void> {
            ready = true;
            return {};
        });
        check_complete(bench, bench.carry_out(id));
        CHECK(bench.time.now() - began == 2min);
        CHECK(bench.log.count(log::Kind::waiting_for_source) == 2);
    }
    SECTION("its data never comes") {
        const auto run = bench.carry_out(id);
        CHECK(run.status == Status::skipped);
        CHECK(run.reason == "the file is not there (waited 3 min for it)");
        CHECK(bench.time.now() - began == 3min);
    }
}

TEST_CASE("a source that changes while it is read is read again, three times at most", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    int changes = 2;
    bench.segments.before_read = [&](const std::string&) -> result<void> {
        if (changes-- <= 0) return {};
        return make_error(Errc::source_changed, "the file changed");
    };
    SECTION("it comes to rest") {
        check_complete(bench, bench.run_once());
    }
    SECTION("it does not") {
        changes = 99;
        const auto run = bench.run_once();
        CHECK(run.status == Status::skipped);
        CHECK(run.reason == "the file changed");
    }
    CHECK(bench.segments.reads == 3);
}

TEST_CASE("a run with rejects says how many profiles were not delivered and how many stayed", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    model::Outcome refused;
    refused.kind = model::Outcome::Kind::rejected;
    refused.code = "looks_fake";
    refused.reject_class = model::RejectClass::fix_data;
    bench.service.outcomes["dan@example.org"] = bench.service.outcomes["cid@example.org"] = refused;
    bench.rows({three_rows[0],
                three_rows[1],
                {"dan@example.org", "Dan"},
                {"no address", "X"},
                {"!", "cut short", "ann@example.org"}});
    const auto run = bench.run_once();
    CHECK(run.status == Status::completed_with_rejects);
    CHECK(run.reason ==
          "1 row: the address has no @, or more than one; 1 row: cut short; 1 profile: the provider takes "
          "the address for a fake; 1 more "
          "kind. "
          "3 profiles were not delivered, 1 members were not removed; `audiencectl runs rejects 2` names "
          "them");
    CHECK(run.counts.rejected == 1);
    CHECK(run.counts.invalid == 2);
    CHECK(run.counts.add_up());
    CHECK(bench.rejects(run.id).size() == 4);
}

TEST_CASE("a bug of a step fails the run and is reported as one", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.service.before =
        at_call(CallKind::pull, 1, []() -> result<void> { throw std::logic_error("oops"); });
    const auto run = bench.run_once();
    CHECK(run.status == Status::failed);
    CHECK(run.reason == "a bug: oops");
    CHECK(run.error.find("please report it") != std::string::npos);
    CHECK(bench.log.has(log::Kind::internal_error));
    CHECK(bench.run_once().status == Status::succeeded);
}

TEST_CASE("a provider's error fails the run with what to do", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.service.before = at_call(CallKind::check_destination, 1, []() -> result<void> {
        return make_error(Errc::auth, "the key was refused", "give another one");
    });
    const auto run = bench.run_once();
    CHECK(run.status == Status::failed);
    CHECK(run.reason == "the key was refused");
    CHECK(run.error == "the key was refused; give another one");
    CHECK(bench.log.count(log::Kind::run_failed) == 1);
}

}  // namespace audienced::unit::run_flow_test
