#include "run/planning/planning.hpp"

#include <catch2/catch.hpp>

#include "unit/run/planning/plan_scene.hpp"

namespace audienced::unit::run_planning_planning_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

namespace {

const std::vector<std::vector<std::string>> two{{"ann@example.org", "Ann"}, {"bob@example.org", "Bob"}};

}  // namespace

TEST_CASE("a member that is new is upserted with its values, then joins the groups of its segments",
          "[unit][run]") {
    PlanScene s;
    s.rows({{" Ann@Example.org ", "Ann"}, {"bob@example.org", ""}});
    s.rows({{"bob@example.org", "Robert"}, {"ann@example.org", "Anna"}, {"bob@example.org", "B"}}, "lapsed");
    const auto plan = s.plan();
    REQUIRE(plan);
    CHECK(s.upserted() == Texts{"ann@example.org", "bob@example.org"});
    CHECK(s.regrouped() == Texts{"join 0 ann@example.org", "join 1 ann@example.org", "join 0 bob@example.org",
                                 "join 1 bob@example.org"});
    const spool::Record& ann = s.written.upserts[0];
    CHECK(ann.sent.values == std::vector<std::optional<std::string>>{"Ann"});  // the first profile wins
    CHECK_FALSE(s.written.upserts[1].sent.values[0]);                          // empty is not sent
    CHECK_FALSE(ann.sent.known);
    CHECK(ann.row == 1);
    CHECK(ann.segment == 0);
    CHECK(ann.member == s.member("ann@example.org"));
    for (const auto& change : s.written.regroups) {
        CHECK(change.record.sent.values.empty());
        CHECK_FALSE(change.record.left);
    }
    CHECK(plan->planned.read == 5);
    CHECK(plan->planned.added == 2);
    CHECK(plan->planned.duplicate == 3);
    CHECK(plan->planned.add_up());
    CHECK(plan->settled.added == 0);
    CHECK(plan->figures.profiles == 5);
    CHECK(plan->figures.members == 2);
    CHECK(plan->snapshot == "buyers@1 lapsed@2");
    CHECK(s.written.finished == 1);
}

TEST_CASE("a member whose values are as delivered is left alone, one whose values changed is sent",
          "[unit][run]") {
    PlanScene s;
    s.rows(two);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.rows({two[0], {"bob@example.org", "Robert"}});
    auto plan = s.plan();
    REQUIRE(plan);
    CHECK(s.upserted() == Texts{"bob@example.org"});
    CHECK(s.written.upserts[0].sent.known);
    CHECK(s.regrouped().empty());
    CHECK(plan->planned.unchanged == 1);
    CHECK(plan->planned.updated == 1);
    CHECK(plan->settled.unchanged == 1);
    CHECK(plan->settled.updated == 0);
    CHECK(plan->figures.ledger == 2);

    s.input.options.full = true;
    plan = s.plan();
    CHECK(s.upserted() == Texts{"ann@example.org", "bob@example.org"});
    CHECK(plan->planned.updated == 2);
}

TEST_CASE("an opted-out member is counted, and no record of it is written", "[unit][run]") {
    PlanScene s;
    s.rows({two[0], two[1], {"cid@example.org", "Cid"}});
    s.put_opt_out("ann@example.org", "unsubscribed");
    s.put_opt_out("bob@example.org", "forgotten");
    const auto plan = s.plan();
    CHECK(plan->planned.suppressed == 2);
    CHECK(plan->planned.added == 1);
    CHECK(plan->settled.suppressed == 2);
    CHECK(s.upserted() == Texts{"cid@example.org"});
    CHECK(s.regrouped() == Texts{"join 0 cid@example.org"});
}

TEST_CASE("rows without an address and rows that cannot be read are rejected by their numbers",
          "[unit][run]") {
    PlanScene s;
    s.rows({{"", "X"}, {"!", "line 3 is cut short"}, {"ann@example.org", "Ann"}, {"ann@", "X"}});
    const auto plan = s.plan();
    CHECK(plan->planned.read == 4);
    CHECK(plan->planned.invalid == 3);
    CHECK(plan->planned.add_up());
    REQUIRE(s.written.rejects.size() == 3);
    CHECK(s.written.rejects[0].row == 1);
    CHECK(s.written.rejects[0].segment == "buyers");
    CHECK(s.written.rejects[0].run == s.input.run);
    CHECK_FALSE(s.written.rejects[0].member);
    CHECK(plan->figures.unreadable == 1);
    CHECK(plan->figures.unreadable_why == "line 3 is cut short");
    CHECK(s.written.rejects[1].code == "unreadable_row");
    CHECK(s.written.rejects[1].detail == "line 3 is cut short");
    CHECK(s.written.rejects[2].row == 4);
    CHECK(s.written.rejects[2].reject_class == model::RejectClass::fix_data);
}

TEST_CASE("a member that was refused is not sent again with the same values before its time", "[unit][run]") {
    PlanScene s;
    s.rows(two);
    REQUIRE(s.plan());
    store::DeferredReject refused;
    refused.member = s.member("ann@example.org");
    refused.values = s.written.upserts[0].values_hash;
    refused.code = "looks_fake";
    refused.reject_class = model::RejectClass::fix_data;
    refused.next_try = s.time.now() + 1h;
    s.in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        return store::put_deferred(db, s.input.export_id, refused).has_value();
    });
    auto plan = s.plan();
    CHECK(s.upserted() == Texts{"bob@example.org"});
    CHECK(plan->planned.rejected == 1);
    CHECK(plan->planned.add_up());
    REQUIRE(s.written.rejects.size() == 1);
    CHECK(s.written.rejects[0].row == 1);
    CHECK(s.written.rejects[0].member == refused.member);
    CHECK(s.remembered(0).code == "looks_fake");

    s.input.now += 1h;
    s.plan();
    CHECK(s.upserted().size() == 2);
    s.input.now -= 1h;
    s.rows({{"ann@example.org", "Anna"}, two[1]});
    s.plan();
    CHECK(s.upserted().size() == 2);
}

TEST_CASE("changes that this run delivered before its spool was lost count as settled and are not sent again",
          "[unit][run]") {
    PlanScene s;
    s.rows(two);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.execute("UPDATE delivered SET last_run = " + std::to_string(s.input.run));
    s.input.options.full = true;
    s.rows({two[0], two[1], {"cid@example.org", "Cid"}});
    const auto plan = s.plan();
    CHECK(s.upserted() == Texts{"cid@example.org"});
    CHECK(plan->planned.added == 3);
    CHECK(plan->settled.added == 2);
    CHECK(plan->planned.add_up());
}

TEST_CASE("a large ledger is read in slices, each member once", "[unit][run]") {
    PlanScene s;
    s.in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
        auto transaction = store::Transaction::begin(db);
        for (int i = 0; i < 20'001; ++i) {
            store::Contact contact;
            contact.address = "m" + std::to_string(i) + "@example.org";
            contact.member = vault.members().member(contact.address);
            store::DeliveredRow row;
            row.member = contact.member;
            REQUIRE(store::put_delivered(db, s.input.export_id, row));
            REQUIRE(store::put_contact(db, vault, s.input.destination, contact));
            REQUIRE(store::put_membership(db, s.input.groups.groups[0].no, row.member,
                                          {model::Membership::ours, s.input.slots.own}));
        }
        return transaction->commit().has_value();
    });
    const auto plan = s.plan();
    REQUIRE(plan);
    CHECK(plan->figures.ledger == 20'001);
    CHECK(plan->planned.removed == 20'001);
    CHECK(s.written.regroups.size() == 20'001);
    std::set<std::string> addresses;
    for (const auto& change : s.written.regroups) addresses.insert(change.record.sent.address);
    CHECK(addresses.size() == 20'001);
}

TEST_CASE("a member whose row cannot be read, but for its address, stays as it is", "[unit][run]") {
    PlanScene s;
    s.rows(two);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.rows({two[0], {"!", "line 3 is cut short", "bob@example.org"}});
    const auto plan = s.plan();
    CHECK(plan->planned.removed == 0);
    CHECK(plan->planned.removals_put_off == 0);
    CHECK(s.regrouped().empty());
    CHECK(s.written.rejects[0].member == s.member("bob@example.org"));
}

TEST_CASE("rows whose member is not known put removals off", "[unit][run]") {
    PlanScene s;
    s.rows(two);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.rows({two[0], {"!", "line 3 is cut short"}});
    const auto plan = s.plan();
    CHECK(plan->planned.removed == 0);
    CHECK(plan->planned.removals_put_off == 1);
    CHECK(plan->put_off.removals);
    CHECK(s.regrouped().empty());
    s.in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        return store::put_unreadable(db, s.input.export_id, {0, 3}).has_value();
    });
    CHECK(s.plan()->planned.removed == 1);  // the fourth run in a row
}

TEST_CASE("a member that another export gave the group, and lost, is taken up", "[unit][run]") {
    PlanScene s;
    s.rows({});
    s.remember("ann@example.org", 7, 1, 1);
    s.execute("DELETE FROM delivered");
    SECTION("it is in the segment: it counts as added") {
        s.rows({two[0]});
        CHECK(s.plan()->planned.added == 1);
        CHECK(s.written.upserts[0].sent.known);
    }
    SECTION("it is not: it leaves") {
        CHECK(s.plan()->planned.removed == 1);
    }
    SECTION("an existing export wants it there: it stays") {
        s.input.slots.live |= 2;
        s.execute("UPDATE memberships SET holders = 2");
        CHECK(s.plan()->planned.removed == 0);
        CHECK(s.regrouped().empty());
    }
}

TEST_CASE("an archived contact cannot be taken out of a group: the removal stays owed", "[unit][run]") {
    PlanScene s;
    s.rows(two);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.rows({two[0]});
    s.put_opt_out("bob@example.org", "archived");
    CHECK(s.plan()->planned.removed == 0);
    CHECK(s.regrouped().empty());
    s.execute("DELETE FROM opt_outs");
    CHECK(s.plan()->planned.removed == 1);
}

}  // namespace audienced::unit::run_planning_planning_test
