// A run that undoes another: planned from what was done, delivered as any run is.
#include "run/flow.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <filesystem>

#include "unit/run/flow_scene.hpp"

namespace audienced::unit::run_flow_undo_test {

using namespace audienced;
using namespace audienced::test;
using Status = model::RunStatus;

namespace {

model::RunId queue_undo(RunBench& bench, model::RunId of, bool hold = false) {
    model::RunOptions options;
    options.undo_of = of;
    options.hold = hold;
    return bench.queue_run(options, model::Trigger::undo);
}

model::Run undo(RunBench& bench, model::RunId of) {
    return bench.carry_out(queue_undo(bench, of));
}

std::vector<std::vector<std::string>> without(const std::string& address) {
    auto rows = three_rows;
    std::erase_if(rows, [&](const std::vector<std::string>& row) { return row[0] == address; });
    return rows;
}

}  // namespace

TEST_CASE("an undo takes out what the run put in, and reads no source", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    const auto run = bench.run_once();
    const int reads = bench.segments.reads;
    const auto undone = undo(bench, run.id);
    CHECK(undone.status == Status::succeeded);
    CHECK(undone.counts.removed == 3);
    CHECK(undone.counts.read == 0);
    CHECK(bench.segments.reads == reads);
    CHECK(bench.service.members_of("Buyers").empty());
    CHECK(bench.service.has("ann@example.org"));  // the contact stays
    CHECK_FALSE(bench.ledger("ann@example.org"));
    check_complete(bench, bench.run_once());  // the next run gives it again
}

TEST_CASE("an undo puts back what the run took, unless the member opted out", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.rows({three_rows[0]});
    const auto run = bench.run_once();
    CHECK(run.counts.removed == 2);
    bench.service.contact("cid@example.org").state = provider::ContactStatus::State::unsubscribed;
    const auto undone = undo(bench, run.id);
    CHECK(undone.status == Status::succeeded);
    CHECK(undone.counts.read == 2);
    CHECK(undone.counts.added == 1);
    CHECK(undone.counts.suppressed == 1);
    CHECK(undone.counts.add_up());
    CHECK(bench.service.members_of("Buyers") ==
          std::vector<std::string>{"ann@example.org", "bob@example.org"});
    CHECK(bench.standing("bob@example.org", "Buyers").state == model::Membership::ours);
    REQUIRE(bench.rejects(undone.id).size() == 1);
    CHECK(bench.rejects(undone.id)[0].code == "unsubscribed");
    CHECK(bench.rejects(undone.id)[0].counted_in == model::CountedIn::suppressed);
    // The source decides again: bob is no buyer.
    const auto next = bench.run_once();
    CHECK(next.counts.removed == 1);
    CHECK(bench.service.members_of("Buyers") == std::vector<std::string>{"ann@example.org"});
}

// Who unsubscribes leaves the lists with it, and only that was told.
TEST_CASE("an undo tells the reason that says most", "[unit][run]") {
    using namespace std::chrono_literals;
    RunBench bench;
    bench.service.account.list_id = "l1";
    bench.rows(three_rows);
    bench.run_once();
    bench.rows(without("bob@example.org"));
    const auto run = bench.run_once();
    bench.time.advance(1h);
    bench.service.contact("bob@example.org").groups.insert("l1");
    bench.run_once();
    bench.time.advance(1h);
    bench.service.contact("bob@example.org").groups.erase("l1");
    const bool unsubscribes = GENERATE(true, false);
    if (unsubscribes)
        bench.service.contact("bob@example.org").state = provider::ContactStatus::State::unsubscribed;
    bench.run_once();
    const auto undone = undo(bench, run.id);
    REQUIRE(bench.rejects(undone.id).size() == 1);
    const auto reject = bench.rejects(undone.id)[0];
    CHECK(reject.code == (unsubscribes ? "unsubscribed" : "left_list"));
    CHECK(reject.detail == (unsubscribes ? "not put back: the contact has unsubscribed"
                                         : "not put back: the contact has left the list"));
}

TEST_CASE("a member that opts out after the plan of an undo is not put back", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    bench.rows(without("bob@example.org"));
    const auto run = bench.run_once();
    const auto id = queue_undo(bench, run.id, true);
    CHECK(bench.carry_out(id).status == Status::held);
    bench.service.contact("bob@example.org").state = provider::ContactStatus::State::unsubscribed;
    bench.approve(id);
    const auto undone = bench.carry_out(id);
    CHECK(undone.counts.added == 0);
    CHECK(undone.counts.suppressed == 1);
    CHECK(undone.counts.add_up());
    REQUIRE(bench.rejects(id).size() == 1);
    CHECK(bench.rejects(id)[0].code == "unsubscribed");
    CHECK(bench.service.members_of("Buyers").size() == 2);
}

TEST_CASE("an undo that a crash interrupts goes on to the same counts", "[unit][run]") {
    struct Crash {
        int nth;
        bool after;
    };
    for (const Crash crash : {Crash{1, false}, Crash{1, true}, Crash{2, false}, Crash{2, true}}) {
        CAPTURE(crash.nth, crash.after);
        RunBench bench;
        bench.rows(three_rows);
        bench.run_once();
        bench.rows({{"dan@example.org", "Dan"}, {"eve@example.org", "Eve"}, {"fay@example.org", "Fay"}});
        const auto run = bench.run_once();
        CHECK(run.counts.added == 3);
        CHECK(run.counts.removed == 3);
        std::optional<CrashImage> image;
        const int before = static_cast<int>(bench.service.count(CallKind::submit));
        const auto hook = at_call(CallKind::submit, before + crash.nth, [&]() -> result<void> {
            image = bench.crash_image();
            return {};
        });
        (crash.after ? bench.service.after : bench.service.before) = hook;
        const auto undisturbed = undo(bench, run.id);
        REQUIRE(image);
        RunBench again(*image);
        if (crash.nth == 2 && !crash.after)  // its plan is lost too
            for (const auto& entry : std::filesystem::directory_iterator(again.env.spool_dir))
                std::filesystem::remove(entry.path());
        again.serve();
        const auto resumed = again.wait_for(undisturbed.id);
        CHECK(resumed.status == Status::succeeded);
        CHECK(resumed.counts == undisturbed.counts);
        CHECK(resumed.counts.added == 3);
        CHECK(resumed.counts.removed == 3);
        CHECK(again.service.members_of("Buyers") == three_addresses);
    }
}

TEST_CASE("a run whose call had no answer is undone too", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    std::optional<CrashImage> image;
    bench.service.after = at_call(CallKind::submit, 3, [&]() -> result<void> {  // the tags of two members
        image = bench.crash_image();
        return {};
    });
    const auto id = bench.run_once().id;
    REQUIRE(image);
    RunBench again(*image);
    again.serve();
    check_complete(again, again.wait_for(id));
    again.stop_serving();
    const auto undone = undo(again, id);
    CHECK(undone.counts.removed == 3);
    CHECK(again.service.members_of("Buyers").empty());
}

TEST_CASE("an undo of a run that turns out to have changed no membership says so, and sends nothing",
          "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    const auto idle = bench.run_once();
    const auto submits = bench.service.count(CallKind::submit);
    const auto undone = undo(bench, idle.id);
    CHECK(undone.status == Status::succeeded);
    CHECK(undone.reason.find("nothing to undo") != std::string::npos);
    CHECK(bench.service.count(CallKind::submit) == submits);
}

TEST_CASE("an undo gives up the hold of its export, and the last one takes the members out", "[unit][run]") {
    const bool second_first = GENERATE(false, true);
    RunBench bench;
    bench.add_export("other", "aud1");
    bench.rows(three_rows);
    const auto first = bench.run_once();
    const auto second = bench.carry_out(bench.queue_run_of("other"));
    REQUIRE(second.status == Status::succeeded);
    CHECK(second.counts.added == 3);
    const auto undo_of = [&](const model::Run& run) {
        model::Run wanted = sample_run(run.export_name);
        wanted.options.undo_of = run.id;
        wanted.trigger = model::Trigger::undo;
        return bench.carry_out(bench.in_store(
            [&](store::Database& db, const vault::Vault&) { return store::queue_run(db, wanted); }));
    };
    std::vector<model::Run> undone;
    for (const auto& run : second_first ? std::vector{second, first} : std::vector{first, second}) {
        CHECK(bench.service.members_of("Buyers") == three_addresses);
        const auto submits = bench.service.count(CallKind::submit);
        undone.push_back(undo_of(run));
        CHECK(undone.back().status == Status::succeeded);
        CHECK(undone.back().counts.removed == 3);
        CHECK((bench.service.count(CallKind::submit) > submits) == (undone.size() == 2));
    }
    CHECK(bench.service.members_of("Buyers").empty());
    // Each undo is undone: the first call puts them back, then the other export holds them too.
    for (const auto& run : undone) {
        const auto back = undo_of(run);
        CHECK(back.counts.added == 3);
        CHECK(back.counts.add_up());
        CHECK(bench.service.members_of("Buyers") == three_addresses);
    }
    CHECK(std::popcount(bench.standing("ann@example.org", "Buyers").holders) == 2);
}

TEST_CASE("an undo whose tag is gone says so, and lists the members that it does not put back",
          "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    const auto gave = bench.run_once();
    bench.rows({three_rows[0]});
    const auto took = bench.run_once();
    bench.service.delete_group("Buyers");
    const auto undone = undo(bench, gave.id);
    CHECK(undone.status == Status::succeeded);
    CHECK(undone.reason.find("nothing to take out") != std::string::npos);
    CHECK(bench.rejects(undone.id).empty());
    const auto not_back = undo(bench, took.id);
    CHECK(not_back.status == Status::succeeded);
    CHECK(not_back.counts.read == 2);
    CHECK(not_back.counts.suppressed == 2);
    CHECK(not_back.counts.add_up());
    CHECK(not_back.reason.find("2 members were not put back") != std::string::npos);
    REQUIRE(bench.rejects(not_back.id).size() == 2);
    CHECK(bench.rejects(not_back.id)[0].code == "tag_gone");
}

TEST_CASE("the removals of an undo are guarded as those of any run, and a disabled export is undone",
          "[unit][run]") {
    RunBench bench;
    bench.service.limits.members_per_upsert = bench.service.limits.members_per_membership = 60;
    std::vector<std::vector<std::string>> many;
    for (int i = 0; i < 120; ++i) many.push_back({"m" + std::to_string(i) + "@example.org", "M"});
    bench.rows(many);
    const auto run = bench.run_once();
    bench.edit_export([](model::Export& e) { e.enabled = false; });
    model::RunOptions options;
    options.undo_of = run.id;
    options.even_disabled = true;
    const auto id = bench.queue_run(options, model::Trigger::undo);
    const auto held = bench.carry_out(id);
    CHECK(held.status == Status::held);
    CHECK(held.reason.find("120 of 120") != std::string::npos);
    bench.approve(id);
    const auto undone = bench.carry_out(id);
    CHECK(undone.status == Status::succeeded);
    CHECK(undone.counts.removed == 120);
    // One that was asked for while the export was enabled ends with it.
    bench.edit_export([](model::Export& e) { e.enabled = true; });
    const auto again = bench.run_once();
    const auto refused = queue_undo(bench, again.id);
    bench.edit_export([](model::Export& e) { e.enabled = false; });
    CHECK(bench.carry_out(refused).status != Status::succeeded);
    CHECK(bench.service.members_of("Buyers").size() == 120);
}

}  // namespace audienced::unit::run_flow_undo_test
