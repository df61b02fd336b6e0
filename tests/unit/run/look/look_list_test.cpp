// Opt-outs where an upsert also joins a list: leaving it is an opt-out of its own.
#include <catch2/catch.hpp>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_look_look_list_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;
using Addresses = std::vector<std::string>;

namespace {

/// A provider of lists: an upsert also joins list "l1".
struct ListScene : RunBench {
    ListScene() {
        service.account.list_id = "l1";
        rows(three_rows);
    }
    void leaves_list(const std::string& address) { service.contact(address).groups.erase("l1"); }
};

}  // namespace

TEST_CASE("a member that leaves the list is not put back, by no later run either", "[unit][run]") {
    ListScene s;
    REQUIRE(s.run_once().counts.added == 3);
    s.time.advance(1h);
    s.leaves_list("bob@example.org");
    s.rows({three_rows[0], {"bob@example.org", "Robert"}, three_rows[2]});
    auto run = s.run_once();
    CHECK(run.counts.suppressed == 1);
    CHECK(s.opt_out("bob@example.org") == "left_list");
    s.time.advance(8 * 24h);
    run = s.run_once();
    CHECK(run.counts.suppressed == 1);
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org", "cid@example.org"});

    s.service.contact("bob@example.org").groups.insert("l1");
    run = s.run_once();
    CHECK(s.opt_out("bob@example.org") == "");
    CHECK(run.counts.updated == 1);
    CHECK(s.service.account.contacts["bob@example.org"].values[0] == "Robert");
}

TEST_CASE("a member that left the list stays opted out when it is in no segment any more", "[unit][run]") {
    ListScene s;
    s.run_once();
    s.time.advance(1h);
    s.leaves_list("bob@example.org");
    s.rows({three_rows[0], three_rows[2]});
    s.run_once();
    REQUIRE_FALSE(s.ledger("bob@example.org"));
    s.time.advance(1h);
    s.service.contact("bob@example.org");  // changed, and still not on the list
    s.rows(three_rows);
    CHECK(s.run_once().counts.suppressed == 1);
    CHECK(s.opt_out("bob@example.org") == "left_list");
}

TEST_CASE("a member that was on the list before the first run and leaves it is not put back", "[unit][run]") {
    ListScene s;
    s.service.contact("bob@example.org").groups.insert("l1");
    s.rows({three_rows[0]});
    s.run_once();
    CHECK(s.service.count(CallKind::list_members) == 1);
    s.time.advance(1h);
    s.leaves_list("bob@example.org");
    s.rows({three_rows[0], three_rows[1]});
    CHECK(s.run_once().counts.suppressed == 1);
    CHECK(s.opt_out("bob@example.org") == "left_list");
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org"});
}

TEST_CASE("a contact that never was on the list is no member that left it", "[unit][run]") {
    ListScene s;
    s.rows({three_rows[0]});
    s.run_once();
    s.time.advance(1h);
    s.service.contact("bob@example.org");
    s.rows({three_rows[0], three_rows[1]});
    CHECK(s.run_once().counts.added == 1);
    CHECK(s.opt_out("bob@example.org") == "");
}

TEST_CASE("a list membership that the run itself took away is not read as a wish of the member",
          "[unit][run]") {
    ListScene s;
    s.run_once();
    s.rows({three_rows[0], three_rows[2]});
    CHECK(s.run_once().counts.removed == 1);
    s.time.advance(1h);
    s.rows(three_rows);
    CHECK(s.run_once().counts.added == 1);
    CHECK(s.opt_out("bob@example.org") == "");
    CHECK(s.service.members_of("l1").size() == 3);
}

TEST_CASE("a list that cannot be read before the first batch fails the run and is read by the next one",
          "[unit][run]") {
    ListScene s;
    s.service.contact("bob@example.org").groups.insert("l1");
    s.service.before = at_call(CallKind::list_members, 1,
                               []() -> result<void> { return make_error(Errc::network, "no answer"); });
    CHECK(s.run_once().status == Status::failed);
    CHECK(s.service.count(CallKind::submit) == 0);
    REQUIRE(s.run_once().status == Status::succeeded);
    CHECK(s.service.count(CallKind::list_members) == 2);
    s.rows({three_rows[0]});
    s.run_once();
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org", "bob@example.org"});
}

TEST_CASE("members that another export put on the list do not count as found there", "[unit][run]") {
    ListScene s;
    s.add_export("daily", "aud1");
    s.run_once();
    REQUIRE(s.carry_out(s.queue_run_of("daily")).status == Status::succeeded);
    CHECK(s.service.count(CallKind::list_members) == 1);  // the exports share what is known of the list
    s.rows({three_rows[0], three_rows[2]});
    s.run_once();
    CHECK(s.service.members_of("l1").size() == 3);  // the other export holds it still
    s.carry_out(s.queue_run_of("daily"));
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org", "cid@example.org"});
    s.time.advance(1h);
    s.rows(three_rows);
    CHECK(s.run_once().counts.added == 1);
    CHECK(s.opt_out("bob@example.org") == "");
}

TEST_CASE("an export that is removed and made again neither forgets who left nor what it gave",
          "[unit][run]") {
    ListScene s;
    s.run_once();
    const model::Export weekly =
        s.in_store([](store::Database& db, const vault::Vault&) { return store::get_export(db, "weekly"); });
    s.in_store([](store::Database& db, const vault::Vault&) -> result<bool> {
        if (auto done = store::remove_export(db, "weekly"); !done) return done.error();
        return true;
    });
    s.time.advance(1h);
    s.leaves_list("bob@example.org");
    s.in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        if (auto done = store::add_export(db, weekly); !done) return done.error();
        return true;
    });
    s.rows({three_rows[0], three_rows[1]});
    const auto run = s.run_once();
    CHECK(run.counts.suppressed == 1);
    CHECK(run.counts.removed == 1);
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org"});
}

TEST_CASE("a member that staff puts on the list is not taken off by the export that drops it",
          "[unit][run]") {
    ListScene s;
    s.rows({three_rows[0]});
    s.run_once();
    s.time.advance(1h);
    s.service.contact("bob@example.org").groups.insert("l1");
    s.rows({three_rows[0], three_rows[1]});
    s.run_once();
    s.time.advance(1h);
    s.rows({three_rows[0]});
    s.run_once();
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org", "bob@example.org"});
}

TEST_CASE("contacts that are not on a list that had members are put on it only when a person says so",
          "[unit][run]") {
    ListScene s;
    s.service.had_members = true;
    s.service.contact("bob@example.org");
    s.service.contact("eve@example.org").groups.insert("l1");
    auto run = s.run_once();
    CHECK(run.status == Status::held);
    CHECK(run.reason.find("1 of the members are contacts already") != std::string::npos);
    CHECK(s.service.count(CallKind::submit) == 0);

    s.edit_export([](model::Export& e) { e.existing = model::Existing::leave; });
    run = s.run_once();
    CHECK(run.counts.added == 2);
    CHECK(run.counts.suppressed == 1);
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org", "cid@example.org", "eve@example.org"});

    s.edit_export([](model::Export& e) { e.existing = model::Existing::add; });
    run = s.run_once();
    CHECK(run.counts.added == 1);
    CHECK(s.service.members_of("l1").size() == 4);
}

TEST_CASE("a newcomer that becomes a contact beside the list after the plan is not put on it",
          "[unit][run]") {
    ListScene s;
    s.rows({three_rows[0]});
    s.run_once();  // the list had no members
    const bool leave = GENERATE(true, false);
    s.edit_export([&](model::Export& e) {
        e.existing = leave ? model::Existing::leave : model::Existing::ask;
        e.hold = true;
    });
    s.rows({three_rows[0], three_rows[1]});
    const auto id = s.queue_run();
    REQUIRE(s.carry_out(id).status == Status::held);
    s.service.contact("bob@example.org");  // joined the list, and left it
    s.approve(id);
    auto run = s.carry_out(id);
    CHECK(run.counts.suppressed == 1);
    CHECK(run.counts.add_up());
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org"});
    s.edit_export([](model::Export& e) { e.hold = false; });
    run = s.run_once();
    CHECK(run.counts.suppressed == (leave ? 1 : 0));
    CHECK(run.counts.added == (leave ? 0 : 1));  // on a list that had no members nothing is asked
}

TEST_CASE("a contact that was beside the list before the plan is added as the plan says", "[unit][run]") {
    ListScene s;
    s.service.had_members = true;
    s.service.contact("bob@example.org");
    s.service.contact("eve@example.org").groups.insert("l1");
    const auto id = s.queue_run();
    REQUIRE(s.carry_out(id).status == Status::held);
    s.approve(id);
    CHECK(s.carry_out(id).counts.added == 3);
    CHECK(s.service.members_of("l1").size() == 4);
}

TEST_CASE("a member that left, was put on hold and released stays off the list", "[unit][run]") {
    ListScene s;
    s.run_once();
    s.time.advance(1h);
    s.leaves_list("bob@example.org");
    s.run_once();
    s.time.advance(1h);
    s.service.contact("bob@example.org").state = provider::ContactStatus::State::on_hold;
    s.run_once();
    CHECK(s.opt_out("bob@example.org") == "left_list on_hold");
    s.time.advance(1h);
    s.service.contact("bob@example.org").state = provider::ContactStatus::State::mailable;
    s.rows({{"ann@example.org", "Ann"}, {"bob@example.org", "Robert"}});
    CHECK(s.run_once().counts.suppressed == 1);
    CHECK(s.opt_out("bob@example.org") == "left_list");
}

TEST_CASE("a member that unsubscribed, and is mailable again without the list, stays off the list",
          "[unit][run]") {
    ListScene s;
    s.run_once();
    s.time.advance(1h);
    s.leaves_list("bob@example.org");
    s.service.contact("bob@example.org").state = provider::ContactStatus::State::unsubscribed;
    s.run_once();
    s.time.advance(1h);
    s.service.contact("bob@example.org").state = provider::ContactStatus::State::mailable;
    CHECK(s.run_once().counts.suppressed == 1);
    CHECK(s.opt_out("bob@example.org") == "left_list");
    CHECK(s.service.members_of("l1") == Addresses{"ann@example.org", "cid@example.org"});

    s.service.contact("bob@example.org").groups.insert("l1");
    s.run_once();
    CHECK(s.opt_out("bob@example.org") == "");
}

}  // namespace audienced::unit::run_look_look_list_test
