// When a delivery looks at the destination again.
#include <catch2/catch.hpp>

#include "unit/run/delivery/deliver_scene.hpp"

namespace audienced::unit::run_delivery_deliver_look_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;
using ContactState = provider::ContactStatus::State;
using Addresses = std::vector<std::string>;

TEST_CASE("an upsert goes out within a minute of a look, or after another one", "[unit][run]") {
    DeliverScene s;
    s.service.account.list_id = "l1";
    s.service.limits.members_per_upsert = 1;
    s.run_once();
    s.time.advance(1h);
    s.rows({{"ann@example.org", "Anna"}, {"bob@example.org", "Bobby"}, {"cid@example.org", "Cyd"}});
    const std::size_t pulls = s.service.count(CallKind::pull);
    s.service.before = at_call(CallKind::submit, 4, [&]() -> result<void> {
        s.service.contact("bob@example.org").groups.erase("l1");
        s.service.contact("cid@example.org").state = ContactState::unsubscribed;
        s.time.advance(61s);
        return {};
    });
    const auto run = s.run_once();
    CHECK(run.counts.updated == 1);
    CHECK(run.counts.suppressed == 2);
    CHECK(run.counts.add_up());
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org", "cid@example.org"});
    CHECK(s.service.account.contacts["bob@example.org"].values[0] == "Bob");
    CHECK(s.opt_out("bob@example.org") == "left_list");
    CHECK(s.service.count(CallKind::pull) == pulls + 2);
}

TEST_CASE("within a minute of a look nothing is read again", "[unit][run]") {
    DeliverScene s;
    s.service.account.list_id = "l1";
    s.service.limits.members_per_upsert = 1;
    s.run_once();
    CHECK(s.upserts().size() == 3);
    CHECK(s.service.count(CallKind::pull) == 1);
}

TEST_CASE("newcomers too go out within a minute of a look: one may have come and left meanwhile",
          "[unit][run]") {
    DeliverScene s;
    s.service.account.list_id = "l1";
    s.service.limits.members_per_upsert = 1;
    s.service.before = at_call(CallKind::submit, 1, [&]() -> result<void> {
        s.service.contact("cid@example.org").state = ContactState::archived;
        s.time.advance(61s);
        return {};
    });
    const auto run = s.run_once();
    CHECK(run.counts.added == 2);
    CHECK(run.counts.suppressed == 1);
    CHECK(s.opt_out("cid@example.org") == "archived");
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org", "bob@example.org"});
}

TEST_CASE(
    "newcomers of a held plan may be addresses of known contacts by now: they are looked at like contacts",
    "[unit][run]") {
    DeliverScene s;
    s.service.limits.members_per_upsert = 1;
    s.rows({three_rows[0]});
    s.run_once();
    s.rows(three_rows);
    model::RunOptions hold;
    hold.hold = true;
    const auto id = s.queue_run(hold);
    CHECK(s.carry_out(id).status == Status::held);
    s.time.advance(1h);
    s.approve(id);
    std::string other;  // of the two newcomers the one that is sent last
    s.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind != CallKind::submit || !other.empty()) return {};
        other = call.members()[0] == "bob@example.org" ? "cid@example.org" : "bob@example.org";
        s.service.rename("ann@example.org", other);
        s.time.advance(61s);
        return {};
    };
    const auto run = s.carry_out(id);
    CHECK(run.counts.added == 1);
    CHECK(run.counts.suppressed == 1);
    REQUIRE(s.service.has(other));
    CHECK(s.service.account.contacts[other].values[0] == "Ann");
}

TEST_CASE("joins that follow a removal are sent, though its look is a minute old", "[unit][run]") {
    DeliverScene s;
    s.service.limits.members_per_membership = 1;
    s.rows({three_rows[0]});
    s.run_once();
    s.rows({three_rows[1], three_rows[2], {"dan@example.org", "Dan"}});
    s.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::submit && !call.batch.leavers.empty()) s.time.advance(61s);
        return {};
    };
    const auto run = s.run_once();
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 3);
    CHECK(s.service.members_of("Buyers") ==
          Addresses{"bob@example.org", "cid@example.org", "dan@example.org"});
    CHECK(s.intents().empty());
}

TEST_CASE("a look waits until no batch is under way", "[unit][run]") {
    DeliverScene s;
    s.service.account.list_id = "l1";
    s.service.limits.members_per_upsert = 1;
    s.service.limits.batches_at_once = 2;
    int under_way = 0;
    s.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::submit) ++under_way, s.time.advance(61s);
        if (call.kind == CallKind::pull) CHECK(under_way == 0);
        return {};
    };
    s.service.after = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::submit) --under_way;
        return {};
    };
    CHECK(s.run_once().status == Status::succeeded);
    CHECK(s.service.count(CallKind::pull) >= 2);
}

TEST_CASE("members that are contacts already are sent before newcomers", "[unit][run]") {
    DeliverScene s;
    s.rows({three_rows[1], three_rows[2]});
    s.service.limits.members_per_upsert = 1;
    s.run_once();
    const std::size_t before = s.upserts().size();
    s.rows({three_rows[0], {"bob@example.org", "Bobby"}, three_rows[2]});
    s.run_once();
    REQUIRE(s.upserts().size() == before + 2);
    CHECK(s.upserts()[before].members() == Addresses{"bob@example.org"});
    CHECK(s.upserts()[before].batch.members[0].known);
    CHECK(s.upserts()[before + 1].members() == Addresses{"ann@example.org"});
}

TEST_CASE("after a large delivery a last look reads what it changed, and the next run does not",
          "[unit][run]") {
    const int members = GENERATE(100, 6000);
    DeliverScene s;
    s.service.limits.members_per_upsert = s.service.limits.members_per_membership = 5000;
    s.service.page_size = 1000;
    std::vector<std::vector<std::string>> many;
    for (int i = 0; i < members; ++i) many.push_back({"m" + std::to_string(i) + "@example.org", "M"});
    s.rows(many);
    REQUIRE(s.run_once().status == Status::succeeded);
    CHECK(s.service.count(CallKind::pull) == (members > 5000 ? 2 : 1));
}

TEST_CASE("a look that fails during a delivery stops the delivery", "[unit][run]") {
    DeliverScene s;
    s.service.account.list_id = "l1";
    s.service.limits.members_per_upsert = 1;
    s.run_once();
    s.rows({{"ann@example.org", "Anna"}, {"bob@example.org", "Bobby"}, {"cid@example.org", "Cyd"}});
    s.service.before = [&](const ProviderCall& call) -> result<void> {
        if (call.kind == CallKind::submit && call.nth == 4) s.time.advance(61s);
        if (call.kind == CallKind::pull && call.nth == 3) return make_error(Errc::network, "no answer");
        return {};
    };
    const auto run = s.run_once();
    CHECK(run.status == Status::failed);
    CHECK(s.upserts().size() == 4);
    CHECK(run.counts.updated == 1);
    CHECK(run.counts.add_up());
}

}  // namespace audienced::unit::run_delivery_deliver_look_test
