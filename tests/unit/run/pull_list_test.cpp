// Opt-outs where an upsert also joins a list: leaving it is an opt-out of its own.
#include <catch2/catch.hpp>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_pull_list_test {

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
    CHECK(s.service.count(CallKind::list_members) == 2);  // once per export
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

}  // namespace audienced::unit::run_pull_list_test
