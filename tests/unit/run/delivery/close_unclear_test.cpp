#include "settle_scene.hpp"

namespace audienced::unit::run_delivery_close_unclear_test {

using namespace audienced;
using namespace audienced::test;
using model::CountedAs;
using model::Membership;
using model::Standing;
using Kind = spool::Record::Kind;
using Result = model::Outcome::Kind;

namespace {

struct Scene : SettleScene {
    run::Settled asked(Kind kind, const char* address) const {
        return record(kind, address, CountedAs::updated, Result::unknown);
    }
    void close(const std::vector<run::Settled>& records) {
        open_intent();
        REQUIRE(run::close_unclear(state.db, state.vault, in, records));
        CHECK_FALSE(has_intent());
    }
};

}  // namespace

TEST_CASE("members of an upsert that is not known to have been taken are sent again", "[unit][run]") {
    Scene s;
    s.put_delivered("ann@example.org");
    s.put_delivered("cid@example.org");
    s.close({s.asked(Kind::upsert, "ann@example.org"), s.asked(Kind::upsert, "bob@example.org")});
    CHECK(s.delivered("ann@example.org")->values == 0);
    CHECK(s.delivered("cid@example.org")->values == 77);
    CHECK_FALSE(s.delivered("bob@example.org"));
    CHECK_FALSE(s.contact("bob@example.org"));  // it joined nothing, so no removal can be owed
}

TEST_CASE(
    "members of an import that may be on the list are known by their address, so that they can leave it",
    "[unit][run]") {
    Scene s;
    s.in.lists = {s.list};
    s.stand("bob@example.org", s.list, {Membership::others, 0});
    s.stand("cid@example.org", s.list, {Membership::ours, s.other});
    auto without = s.asked(Kind::upsert, "dan@example.org");
    without.record.sent.address.clear();
    s.close({s.asked(Kind::upsert, "ann@example.org"), s.asked(Kind::upsert, "bob@example.org"),
             s.asked(Kind::upsert, "cid@example.org"), without});
    CHECK(s.standing("ann@example.org", s.list) == Standing{Membership::maybe, s.own});
    CHECK(s.standing("bob@example.org", s.list) == Standing{Membership::others, 0});
    CHECK(s.standing("cid@example.org", s.list) == Standing{Membership::ours, s.own | s.other});
    CHECK(s.standing("dan@example.org", s.list) == Standing{Membership::maybe, s.own});
    REQUIRE(s.contact("ann@example.org"));
    CHECK(s.contact("ann@example.org")->address == "ann@example.org");
    CHECK(s.contact("ann@example.org")->contact_id.empty());
    CHECK_FALSE(s.contact("dan@example.org"));
}

TEST_CASE("what a call without an outcome may have changed is an act, so that it can be undone",
          "[unit][run]") {
    Scene s;
    s.in.group = s.in.groups[0];
    s.stand("bob@example.org", s.in.group, {Membership::others, 0});
    s.stand("cid@example.org", s.in.group, {Membership::ours, s.own});
    s.stand("dan@example.org", s.in.group, {Membership::ours, s.other});
    s.close({s.asked(Kind::join, "ann@example.org"), s.asked(Kind::join, "bob@example.org"),
             s.asked(Kind::leave, "cid@example.org"), s.asked(Kind::join, "dan@example.org")});
    const auto acts = store::list_acts(s.state.db, s.in.run).value();
    REQUIRE(acts.size() == 1);
    CHECK(acts[0].group == s.in.group.no);
    REQUIRE(acts[0].members.size() == 3);  // what others gave did not change
    CHECK(acts[0].members[0].member == s.state.member("ann@example.org"));
    CHECK(acts[0].members[0].outcome == Result::unknown);
    CHECK(acts[0].members[0].changed);
    CHECK(acts[0].members[1].asked == store::ActMember::Asked::leave);
    CHECK(acts[0].members[1].changed);
    CHECK(acts[0].members[2].hold);  // the other export keeps it, this one wants it too
    CHECK_FALSE(acts[0].members[2].changed);
}

TEST_CASE("a contact that has another address now keeps it when its call is closed", "[unit][run]") {
    Scene s;
    s.in.lists = {s.list};
    const auto ann = s.state.member("ann@example.org"), now = s.state.member("ann@example.com");
    REQUIRE(store::put_contact(s.state.db, s.state.vault, s.in.destination,
                               {ann, model::ContactId("c1"), now, "ann@example.com"}));
    auto sent = s.asked(Kind::upsert, "ann@example.org");
    sent.record.sent.address = "ann@example.com";
    SECTION("closed") {
        s.close({sent});
    }
    SECTION("settled as unknown") {
        s.settle({sent});
    }
    SECTION("delivered") {
        sent.outcome.kind = Result::delivered;
        s.settle({sent});
    }
    REQUIRE(s.contact("ann@example.org"));
    CHECK(s.contact("ann@example.org")->moved_to == now);
    CHECK(s.contact("ann@example.org")->address == "ann@example.com");
    CHECK(s.contact("ann@example.org")->contact_id == model::ContactId("c1"));
}

TEST_CASE("a membership call that is not known to have been taken leaves its members unclear",
          "[unit][run]") {
    Scene s;
    s.put_delivered("ann@example.org");
    s.stand("bob@example.org", s.in.group, {Membership::ours, s.own});
    s.stand("cid@example.org", s.in.group, {Membership::others, 0});
    s.close({s.asked(Kind::join, "ann@example.org"), s.asked(Kind::leave, "bob@example.org"),
             s.asked(Kind::join, "cid@example.org"), s.asked(Kind::leave, "dan@example.org")});
    CHECK(s.standing("ann@example.org", s.in.group) == Standing{Membership::maybe, s.own});
    CHECK(s.standing("bob@example.org", s.in.group) == Standing{Membership::maybe_gone, s.own});
    CHECK(s.standing("cid@example.org", s.in.group) == Standing{Membership::others, 0});
    CHECK(s.standing("dan@example.org", s.in.group) == Standing{});
    CHECK(s.delivered("ann@example.org")->values == 77);  // its values were not asked for
    CHECK(s.counts() == model::Counts{});
}

TEST_CASE("what was decided without the call is left as it is", "[unit][run]") {
    Scene s;
    s.put_delivered("ann@example.org");
    s.in.lists = {s.list};
    auto upsert = s.asked(Kind::upsert, "ann@example.org"), leave = s.asked(Kind::leave, "bob@example.org");
    s.stand("bob@example.org", s.in.group, {Membership::ours, s.own});
    upsert.called = leave.called = false;
    s.close({upsert, leave});
    CHECK(s.delivered("ann@example.org")->values == 77);
    CHECK(s.standing("ann@example.org", s.list) == Standing{});
    CHECK(s.standing("bob@example.org", s.in.group) == Standing{Membership::ours, s.own});
}

TEST_CASE("a call that cannot be closed keeps its intent, and nothing of it is remembered", "[unit][run]") {
    Scene s;
    s.open_intent();
    REQUIRE(s.state.db.execute(
        "CREATE TEMP TRIGGER t BEFORE DELETE ON intents BEGIN SELECT RAISE(ABORT, 'refused'); END"));
    CHECK_FALSE(
        run::close_unclear(s.state.db, s.state.vault, s.in, {s.asked(Kind::join, "ann@example.org")}));
    CHECK(s.has_intent());
    CHECK(s.standing("ann@example.org", s.in.group) == Standing{});
}

}  // namespace audienced::unit::run_delivery_close_unclear_test
