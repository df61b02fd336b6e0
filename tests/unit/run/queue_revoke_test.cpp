// How the queue takes back the permission of what is under way, and of what is held.
#include <catch2/catch.hpp>
#include <filesystem>

#include "run/queue.hpp"
#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_queue_revoke_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;

namespace {

const Error withdrawn = make_error(Errc::wrong_state, "the consent was withdrawn");
const Error edited = make_error(Errc::plan_expired, "it was edited");

/// A run that waits for the answer to a call.
struct Scene : RunBench {
    explicit Scene(CallKind hangs_at) {
        rows(three_rows);
        id = queue_run();
        service.hanging = hangs_at;
        queue = &serve();
        wait_until([&] { return service.waiting() == 1; });
    }
    void wait_until_idle() {
        wait_until([&] { return queue->under_way() == 0; });
        settle_down();
    }
    model::RunId id = 0;
    run::Queue* queue = nullptr;
};

}  // namespace

TEST_CASE("a run whose connection or export is revoked sends nothing new; the call under way is settled",
          "[unit][run]") {
    Scene s(CallKind::submit);
    const Error& why = GENERATE(true, false) ? withdrawn : edited;
    if (GENERATE(true, false))
        s.queue->revoke_connection("news", why);
    else
        s.queue->revoke_export("weekly", why);
    s.settle_down();
    CHECK(s.queue->under_way() == 1);
    s.service.release();
    s.wait_until_idle();
    CHECK(s.ledger("ann@example.org"));
    if (why.code == Errc::plan_expired) {  // it plans anew, and delivers that
        CHECK(s.row(s.id).status == Status::succeeded);
        CHECK(s.segments.reads == 2);
        return;
    }
    CHECK(s.service.count(CallKind::submit) == 1);
    CHECK_FALSE(s.ledger("cid@example.org"));
    CHECK(s.row(s.id).counts.added == 2);
    CHECK(s.row(s.id).counts.not_sent == 1);
}

TEST_CASE("a run that is revoked before it delivers ends at once, also in the middle of a call",
          "[unit][run]") {
    Scene s(CallKind::pull);
    s.queue->revoke_connection("news", withdrawn);
    s.wait_until_idle();
    CHECK(model::is_final(s.row(s.id).status));
    CHECK(s.service.count(CallKind::submit) == 0);
}

TEST_CASE("an edit cuts off no call: the run goes on until it asks, to plan anew", "[unit][run]") {
    Scene s(CallKind::pull);
    s.queue->revoke_export("weekly", edited);
    s.settle_down();
    CHECK(s.queue->under_way() == 1);
}

TEST_CASE("a run of another connection and export goes on", "[unit][run]") {
    Scene s(CallKind::submit);
    s.queue->revoke_connection("other", withdrawn);
    s.queue->revoke_export("daily", withdrawn);
    s.service.release();
    CHECK(s.wait_for(s.id).status == Status::succeeded);
}

TEST_CASE("a drain stops a run that is about to plan anew", "[unit][run]") {
    Scene s(CallKind::pull);
    s.queue->revoke_export("weekly", edited);
    s.queue->drain();
    s.stop_serving();
    CHECK(s.row(s.id).status == Status::planning);
}

TEST_CASE("an alarm stops the other runs of its connection too", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.add_export("daily", "aud2");
    s.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::check_destination) s.service.account.destination = call.text;
        return {};
    };
    // Both wait for the answer to their first batch; the first answer is the alarm.
    s.service.outcomes["ann@example.org"].alarm = true;
    s.service.after = at_call(CallKind::submit, 1, [&]() -> result<void> {
        s.service.outcomes.clear();
        return {};
    });
    s.service.hanging = CallKind::submit;
    s.queue_run_of("weekly");
    s.queue_run_of("daily");
    auto& queue = s.serve();
    s.wait_until([&] { return s.service.waiting() == 2; });
    s.service.release();
    s.wait_until([&] { return queue.under_way() == 0; });
    CHECK(s.service.count(CallKind::submit) == 2);
    CHECK(s.log.count(log::Kind::connection_stopped) == 1);
}

TEST_CASE("a held run whose export is edited expires, its spool goes, and the journal tells", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.edit_export([](model::Export& e) { e.hold = true; });
    const auto id = s.queue_run();
    auto& queue = s.serve();
    REQUIRE(s.wait_for(id).status == Status::held);
    s.in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        const auto e = store::get_export(db, "weekly").value();
        return store::store_plan_revisions(db, id, e.revision, 1).has_value();
    });
    queue.wake();
    s.settle_down();
    CHECK(s.row(id).status == Status::held);
    REQUIRE(std::filesystem::exists(s.spool_file(id, "upsert")));
    s.edit_export([](model::Export& e) { e.title = "Edited"; });
    queue.revoke_export("weekly", edited);
    s.settle_down();
    const auto run = s.row(id);
    CHECK(run.status == Status::cancelled);
    CHECK(run.reason.find("its plan has expired") == 0);
    CHECK(run.counts.not_sent == 3);
    CHECK(run.counts.add_up());
    CHECK(s.log.count(log::Kind::run_cancelled) == 1);
    CHECK(std::filesystem::is_empty(s.env.spool_dir));
    CHECK(s.service.count(CallKind::submit) == 0);
}

TEST_CASE("the schedule goes on beside a held run: the next run replaces it", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    model::RunOptions hold;
    hold.hold = true;
    const auto held = s.queue_run(hold);
    auto& queue = s.serve();
    REQUIRE(s.wait_for(held).status == Status::held);
    const auto next = s.queue_run({}, model::Trigger::schedule);
    queue.wake();
    CHECK(s.wait_for(next).status == Status::succeeded);
    CHECK(s.row(held).status == Status::cancelled);
    CHECK(s.log.count(log::Kind::run_cancelled) == 1);
    CHECK(s.service.members_of("Buyers").size() == 3);
}

TEST_CASE("a look that fails is made again half a minute later", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.edit_export([](model::Export& e) { e.hold = true; });
    const auto id = s.queue_run();
    auto& queue = s.serve();
    REQUIRE(s.wait_for(id).status == Status::held);
    s.refuse_writes("BEFORE UPDATE ON runs WHEN NEW.status = 'cancelled'");
    s.edit_export([](model::Export& e) { e.enabled = false; });
    queue.wake();
    s.settle_down();
    CHECK(s.row(id).status == Status::held);
    CHECK(s.log.count(log::Kind::store_trouble) == 1);
    s.allow_writes();
    const SysTime failed = s.time.now();
    CHECK((s.wait_until([&] { return s.row(id).status == Status::cancelled; }), true));
    CHECK(s.time.now() - failed == 30s);
}

}  // namespace audienced::unit::run_queue_revoke_test
