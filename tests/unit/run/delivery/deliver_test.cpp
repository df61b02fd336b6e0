#include "run/delivery/deliver.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/text.hpp"
#include "store/audit.hpp"
#include "unit/run/delivery/deliver_scene.hpp"

namespace audienced::unit::run_delivery_deliver_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;
using Addresses = std::vector<std::string>;

TEST_CASE("members are upserted before any of them joins a group", "[unit][run]") {
    DeliverScene s;
    s.service.limits.batches_at_once = 8;
    s.service.limits.members_per_upsert = s.service.limits.members_per_membership = 1;
    REQUIRE(s.run_once().status == Status::succeeded);
    const auto submits = s.service.of(CallKind::submit);
    REQUIRE(submits.size() == 6);
    for (std::size_t i = 0; i < 6; ++i) CHECK((submits[i].batch.kind == model::BatchKind::upsert) == (i < 3));
    CHECK(s.service.members_of("Buyers") == three_addresses);
    CHECK_FALSE(submits[0].batch.resent);
    CHECK(submits[5].batch.group.id.text() == s.service.account.groups["Buyers"]);
}

TEST_CASE("as many batches are under way as the provider allows", "[unit][run]") {
    DeliverScene s;
    s.service.limits.members_per_upsert = 1;
    s.service.limits.batches_at_once = 2;
    s.service.hanging = CallKind::submit;
    auto& queue = s.serve();
    const auto id = s.queue_run();
    queue.wake();
    s.wait_until([&] { return s.service.waiting() == 2; });
    s.settle_down();
    CHECK(s.service.count(CallKind::submit) == 2);
    s.service.release();
    CHECK(s.wait_for(id).status == Status::succeeded);
}

TEST_CASE("an opt-out that came since the plan keeps the member out of its batch", "[unit][run]") {
    DeliverScene s;
    s.service.before = at_call(CallKind::submit, 1, [&]() -> result<void> {
        s.put_opt_out("cid@example.org", "unsubscribed");
        return {};
    });
    const auto run = s.run_once();
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 2);
    CHECK(run.counts.suppressed == 1);
    CHECK(s.upserts().size() == 1);  // the second batch held that member alone
    CHECK_FALSE(s.service.has("cid@example.org"));
}

TEST_CASE("members that the provider refuses are rejected one by one, the rest is delivered", "[unit][run]") {
    DeliverScene s;
    model::Outcome gone;
    gone.kind = model::Outcome::Kind::suppressed;
    gone.opt_out = model::OptOutReason::unsubscribed;
    s.service.outcomes["ann@example.org"] = gone;
    model::Outcome fake;
    fake.kind = model::Outcome::Kind::rejected;
    fake.code = "looks_fake";
    fake.reject_class = model::RejectClass::fix_data;
    s.service.outcomes["bob@example.org"] = fake;
    const auto run = s.run_once();
    CHECK(run.status == Status::completed_with_rejects);
    CHECK(run.counts.added == 1);
    CHECK(run.counts.suppressed == 1);
    CHECK(run.counts.rejected == 1);
    CHECK(run.counts.add_up());
    CHECK(s.opt_out("ann@example.org") == "unsubscribed");
    REQUIRE(s.rejects(run.id).size() == 1);
    CHECK(s.rejects(run.id)[0].code == "looks_fake");
    CHECK(s.rejects(run.id)[0].row == 2);
    REQUIRE(s.memberships().size() == 1);
    CHECK(s.memberships()[0].members() == Addresses{"cid@example.org"});

    const std::size_t before = s.upserts().size();
    const auto next = s.run_once();  // the same values are not sent again
    CHECK(next.counts.rejected == 1);
    CHECK(s.upserts().size() == before);
}

TEST_CASE("an answer without an outcome for a member leaves it to the next run", "[unit][run]") {
    DeliverScene s;
    s.service.by_jobs = true;
    s.service.after = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::collect && call.nth == 1)
            s.service.account.jobs[call.text].outcomes.resize(1);
        return {};
    };
    const auto run = s.run_once();
    CHECK(run.status == Status::completed_with_rejects);
    CHECK(run.counts.rejected == 1);
    CHECK(run.counts.add_up());
    REQUIRE(s.rejects(run.id).size() == 1);
    CHECK(s.rejects(run.id)[0].code == "outcome_unknown");
    CHECK(s.run_once().status == Status::succeeded);
    CHECK(s.service.members_of("Buyers") == three_addresses);
}

TEST_CASE("the first error ends the delivery; what other batches were answered stays", "[unit][run]") {
    DeliverScene s;
    s.service.limits.members_per_upsert = 1;
    s.service.limits.batches_at_once = 2;
    s.service.before = at_call(CallKind::submit, 1, []() -> result<void> {
        return make_error(Errc::refused, "the account is closed");
    });
    const auto run = s.run_once();
    CHECK(run.status == Status::failed);
    CHECK(run.reason == "the account is closed");
    CHECK(run.counts.added == 1);
    CHECK(run.counts.add_up());
    CHECK(s.service.count(CallKind::submit) == 2);
    CHECK(s.ledger("bob@example.org"));
    CHECK_FALSE(s.ledger("ann@example.org"));
}

TEST_CASE("a bug in one batch ends the delivery as a bug", "[unit][run]") {
    DeliverScene s;
    s.service.before = at_call(CallKind::submit, 1, []() -> result<void> { throw std::logic_error("oops"); });
    const auto run = s.run_once();
    CHECK(run.status == Status::failed);
    CHECK(run.reason == "a lane ended: oops");
    CHECK(s.service.count(CallKind::submit) == 1);
    CHECK(s.log.count(log::Kind::internal_error) == 1);
}

TEST_CASE("an answer that shows a member mailed against its will stops the connection and the run",
          "[unit][run]") {
    DeliverScene s;
    model::Outcome alarm;
    alarm.kind = model::Outcome::Kind::rejected;
    alarm.code = "resubscribed";
    alarm.reject_class = model::RejectClass::never;
    alarm.alarm = true;
    s.service.outcomes["bob@example.org"] = alarm;
    const auto id = s.queue_run();
    s.service.before = at_call(CallKind::submit, 1, [&]() -> result<void> {
        s.edit_connection([](model::Connection& c) { c.title = "Edited meanwhile"; });
        return {};
    });
    const auto run = s.carry_out(id);
    CHECK(run.status == Status::failed);
    CHECK(run.reason.find("a contact subscribed again who had left (member ") != std::string::npos);
    CHECK(run.reason.find(", row 2 of segment buyers)") != std::string::npos);
    CHECK(run.error.find("connection consent news --give") != std::string::npos);
    CHECK(s.connection().state == model::ConnectionState::stopped);
    CHECK(s.connection().state_reason == run.reason);
    CHECK(s.connection().title == "Edited meanwhile");
    CHECK(s.log.count(log::Kind::connection_stopped) == 1);
    const auto audit =
        s.in_store([](store::Database& db, const vault::Vault&) { return store::list_audit(db, 1); });
    REQUIRE(audit.size() == 1);
    CHECK(audit[0].action == "connection stopped itself");
    CHECK(audit[0].uid == -1);
    CHECK(audit[0].after.find("\"state\":\"stopped\"") != std::string::npos);
    CHECK(s.service.count(CallKind::submit) == 1);
    REQUIRE(s.rejects(id).size() == 1);
    CHECK(s.rejects(id)[0].code == "resubscribed");
    CHECK(run.reason.find(to_hex(s.rejects(id)[0].member->view().substr(0, 6))) != std::string::npos);
    CHECK(s.ledger("ann@example.org"));  // settled in the same transaction

    const std::size_t calls = s.service.calls.size();
    CHECK(s.run_once().status == Status::failed);
    CHECK(s.service.calls.size() == calls);
}

TEST_CASE("neither the alarm nor the batch is stored without the other", "[unit][run]") {
    DeliverScene s;
    model::Outcome alarm;
    alarm.kind = model::Outcome::Kind::rejected;
    alarm.alarm = true;
    s.service.outcomes["bob@example.org"] = alarm;
    s.refuse_writes("BEFORE UPDATE ON batches WHEN NEW.state = 'settled'");
    CHECK(s.run_once().status == Status::failed);
    CHECK(s.connection().state == model::ConnectionState::ready);
    CHECK_FALSE(s.ledger("ann@example.org"));
}

TEST_CASE("members that leave a group are taken out of it; what others gave is left", "[unit][run]") {
    DeliverScene s;
    s.run_once();
    s.rows({three_rows[0]});
    const auto run = s.run_once();
    CHECK(run.counts.removed == 2);
    CHECK(s.upserts().size() == 2);  // of the first run
    auto leavers = s.memberships().back().leavers();
    std::sort(leavers.begin(), leavers.end());  // they lie by hash
    CHECK(leavers == Addresses{"bob@example.org", "cid@example.org"});
    CHECK(s.service.members_of("Buyers") == Addresses{"ann@example.org"});
    CHECK_FALSE(s.ledger("bob@example.org"));
}

TEST_CASE("a removal whose answer is lost stays owed, and its absence is no wish of the member",
          "[unit][run]") {
    DeliverScene s;
    s.service.account.list_id = "l1";
    s.run_once();
    s.rows({three_rows[0], three_rows[1]});
    s.service.after = at_call(CallKind::submit, 3, []() -> result<void> {
        return make_error(Errc::timeout, "the answer did not come");
    });
    CHECK(s.run_once().status == Status::failed);
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org", "bob@example.org"});
    REQUIRE(s.intents().size() == 1);  // no ending of a run erases it
    s.time.advance(1h);
    CHECK(s.run_once().status == Status::succeeded);
    CHECK(s.intents().empty());
    CHECK_FALSE(s.ledger("cid@example.org"));
    CHECK(s.opt_out("cid@example.org") == "");
    s.rows(three_rows);
    CHECK(s.run_once().counts.added == 1);
    CHECK(s.service.members_of("l1") == three_addresses);
}

TEST_CASE("consent that is withdrawn before a batch keeps it and all later ones from being sent",
          "[unit][run]") {
    DeliverScene s;
    s.service.limits.members_per_upsert = 1;
    s.service.after = at_call(CallKind::submit, 1, [&]() -> result<void> {
        s.edit_connection([](model::Connection& c) { c.consent.reset(); });
        return {};
    });
    const auto run = s.run_once();
    CHECK(run.status == Status::failed);
    CHECK(run.reason.find("consent") != std::string::npos);
    CHECK(run.counts.added == 1);
    CHECK(run.counts.not_sent == 2);
    CHECK(run.counts.add_up());
    CHECK(s.service.count(CallKind::submit) == 1);
}

TEST_CASE("an export that is edited while it is delivered is planned anew before the next batch",
          "[unit][run]") {
    DeliverScene s;
    s.service.limits.members_per_upsert = 1;
    s.service.after = at_call(CallKind::submit, 1, [&]() -> result<void> {
        s.edit_export([](model::Export& e) { e.fields.clear(); });
        return {};
    });
    const auto run = s.run_once();
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 2);
    CHECK(run.counts.updated == 1);  // sent by both plans
    CHECK(run.counts.add_up());
    for (std::size_t i = 1; i < s.upserts().size(); ++i) CHECK(s.upserts()[i].batch.fields.empty());
}

}  // namespace audienced::unit::run_delivery_deliver_test
