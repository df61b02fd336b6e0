// Contacts whose address changes at the provider.
#include "run/look/recorder.hpp"

#include <catch2/catch.hpp>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_look_recorder_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;
using Addresses = std::vector<std::string>;

namespace {

/// Three delivered members, of which bob's contact has another address now.
struct MovedScene : RunBench {
    explicit MovedScene(bool list, bool tells_ids = true) {
        if (list) service.account.list_id = "l1";
        service.tells_ids = tells_ids;
        rows(three_rows);
        run_once();
        time.advance(1h);
        service.rename("bob@example.org", "robert@example.org");
    }
    std::string group() const { return service.account.list_id.empty() ? "Buyers" : "l1"; }
};

}  // namespace

TEST_CASE("the former address of a contact is not sent again, and the run names it", "[unit][run]") {
    MovedScene s(GENERATE(false, true));
    s.rows({three_rows[0], {"bob@example.org", "Bobby"}, three_rows[2]});
    const auto run = s.run_once();
    CHECK(run.counts.suppressed == 1);
    CHECK(run.counts.unchanged == 2);
    CHECK(run.counts.add_up());
    CHECK(s.opt_out("bob@example.org") == "address_changed");
    CHECK_FALSE(s.service.has("bob@example.org"));
    REQUIRE(s.rejects(run.id).size() == 1);
    CHECK(s.rejects(run.id)[0].code == "address_changed");
    CHECK(s.service.members_of(s.group()) ==
          Addresses{"ann@example.org", "cid@example.org", "robert@example.org"});
}

TEST_CASE("contacts whose ids no answer told are known by them before their run ends", "[unit][run]") {
    MovedScene s(GENERATE(false, true), false);
    s.rows({three_rows[0], {"bob@example.org", "Bobby"}, three_rows[2]});
    CHECK(s.run_once().counts.suppressed == 1);
    CHECK(s.opt_out("bob@example.org") == "address_changed");
    CHECK_FALSE(s.service.has("bob@example.org"));
    s.time.advance(1h);
    const std::size_t looks = s.service.count(CallKind::pull);
    s.rows({{"ann@example.org", "Anna"}, three_rows[2]});
    s.run_once();
    CHECK(s.service.count(CallKind::pull) == looks + 1);  // a run that makes no contact needs no second look
}

TEST_CASE("a moved contact whose former address leaves the segment loses what it was given", "[unit][run]") {
    MovedScene s(GENERATE(false, true));
    s.run_once();
    s.rows({three_rows[0], three_rows[2]});
    CHECK(s.run_once().counts.removed == 1);
    CHECK(s.service.members_of(s.group()) == Addresses{"ann@example.org", "cid@example.org"});
}

TEST_CASE("opt-outs of a moved contact hold for both its addresses", "[unit][run]") {
    MovedScene s(GENERATE(false, true));
    s.run_once();
    s.time.advance(1h);
    s.service.contact("robert@example.org").state = provider::ContactStatus::State::unsubscribed;
    s.rows({three_rows[0], {"bob@example.org", "Bobby"}, {"robert@example.org", "Robert"}});
    const auto run = s.run_once();
    CHECK(run.counts.suppressed == 2);
    CHECK_FALSE(s.service.has("bob@example.org"));
    CHECK(s.service.account.contacts["robert@example.org"].values[0] == "Bob");
}

TEST_CASE("the present address of a moved contact is sent to that contact", "[unit][run]") {
    MovedScene s(GENERATE(false, true));
    s.rows({three_rows[0], {"bob@example.org", "Bobby"}, three_rows[2], {"robert@example.org", "Robert"}});
    auto run = s.run_once();
    CHECK(run.counts.suppressed == 1);
    CHECK(run.counts.updated == 1);
    CHECK(run.counts.add_up());
    CHECK(s.service.account.contacts["robert@example.org"].values[0] == "Robert");
    CHECK_FALSE(s.service.has("bob@example.org"));
    s.rows(
        {three_rows[0], {"bob@example.org", "Bob again"}, three_rows[2], {"robert@example.org", "Robert"}});
    run = s.run_once();
    CHECK(run.counts.suppressed == 1);  // having sent to the present address makes the former no address
    CHECK(run.counts.unchanged == 3);
    CHECK_FALSE(s.service.has("bob@example.org"));
    s.rows({three_rows[0]});
    run = s.run_once();
    CHECK(run.counts.removed == 2);  // ours all along
    CHECK(s.service.members_of(s.group()) == Addresses{"ann@example.org"});
}

TEST_CASE("a contact that has its former address again is sent again", "[unit][run]") {
    MovedScene s(GENERATE(false, true));
    s.run_once();
    s.time.advance(1h);
    s.service.rename("robert@example.org", "bob@example.org");
    s.rows({three_rows[0], {"bob@example.org", "Bobby"}, three_rows[2]});
    const auto run = s.run_once();
    CHECK(run.counts.updated == 1);
    CHECK(s.opt_out("bob@example.org") == "");
    CHECK(s.service.account.contacts["bob@example.org"].values[0] == "Bobby");
}

TEST_CASE("a contact that has its former address again is removed under that one", "[unit][run]") {
    MovedScene s(GENERATE(false, true));
    s.run_once();
    s.time.advance(1h);
    s.service.rename("robert@example.org", "bob@example.org");
    s.rows({three_rows[0], three_rows[2]});
    CHECK(s.run_once().counts.removed == 1);
    CHECK(s.service.members_of(s.group()) == Addresses{"ann@example.org", "cid@example.org"});
}

TEST_CASE("another contact at the former address of a moved one changes nothing that is remembered of it",
          "[unit][run]") {
    MovedScene s(GENERATE(false, true));
    s.service.contact("bob@example.org").state = provider::ContactStatus::State::unsubscribed;
    s.service.contact("bob@example.org").id = "another";
    s.rows({three_rows[0], three_rows[2], {"robert@example.org", "Robert"}});
    CHECK(s.run_once().counts.updated == 1);
    CHECK(s.opt_out("bob@example.org") == "address_changed");
    CHECK(s.service.account.contacts["robert@example.org"].values[0] == "Robert");
}

TEST_CASE("a contact that was deleted and made anew is given what the former one had", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.run_once();
    s.time.advance(1h);
    s.service.account.contacts.erase("bob@example.org");
    s.service.contact("bob@example.org").id = "another";
    auto run = s.run_once();
    CHECK(run.counts.updated == 1);
    CHECK(run.counts.unchanged == 2);
    CHECK(s.service.account.contacts["bob@example.org"].values ==
          std::vector{std::optional<std::string>("Bob")});
    CHECK(s.service.members_of("Buyers") == three_addresses);
    CHECK(s.run_once().counts.unchanged == 3);
    s.rows({three_rows[0], three_rows[2]});
    CHECK(s.run_once().counts.removed == 1);
    CHECK(s.service.members_of("Buyers") == Addresses{"ann@example.org", "cid@example.org"});
}

TEST_CASE("contacts of others are members of their own", "[unit][run]") {
    MovedScene s(true);
    s.service.contact("eve@example.org").state = provider::ContactStatus::State::unsubscribed;
    s.run_once();
    CHECK(s.opt_out("eve@example.org") == "unsubscribed");
}

}  // namespace audienced::unit::run_look_recorder_test
