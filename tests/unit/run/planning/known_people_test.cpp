#include "run/planning/known_people.hpp"

#include <catch2/catch.hpp>

#include "run/planning/remember_people.hpp"
#include "unit/run/flow_scene.hpp"
#include "unit/run/planning/plan_scene.hpp"

namespace audienced::unit::run_planning_known_people_test {

using namespace audienced;
using namespace audienced::test;
using Texts = std::vector<std::string>;

namespace {

/// "weekly" with the key "id".
struct KeyScene : PlanScene {
    KeyScene() {
        segments.columns = {"email", "first", "id"};
        input.definition.key = "id";
        rows({}, "lapsed");
    }
    run::PlanResult plan_stored() {
        auto made = plan().value();
        run_coro(io, run::remember_people(*store, input.destination, made.people)).value();
        in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
            return store::follow_opt_outs(db, input.destination, input.run, input.now).has_value();
        });
        return made;
    }
};

/// A run of "weekly" with a key; 1 is Ann.
struct KeyBench : RunBench {
    KeyBench() {
        segments.columns = {"email", "first", "id"};
        edit_export([](model::Export& e) { e.key = "id"; });
    }
    model::Run run_with(const std::string& address_of_ann) {
        rows({{address_of_ann, "Ann", "1"}, {"bob@example.org", "Bob", "2"}});
        return run_once();
    }
};

}  // namespace

TEST_CASE("a person who opted out is held back under a new address too", "[unit][run]") {
    KeyScene s;
    s.rows({{"ann@example.org", "Ann", "1"}, {"bob@example.org", "Bob", "2"}});
    s.plan_stored();
    const std::string reason = GENERATE(as<std::string>(), "unsubscribed", "left_list", "forgotten");
    s.put_opt_out("ann@example.org", reason);
    s.rows({{"anna@example.com", "Ann", "1"}, {"bob@example.org", "Bob", "2"}});
    const auto plan = s.plan_stored();
    CHECK(s.upserted() == Texts{"bob@example.org"});
    CHECK(plan.planned.suppressed == 1);
    CHECK(plan.planned.add_up());
    REQUIRE(s.written.rejects.size() == 1);
    CHECK(s.written.rejects[0].code == "opted_out_before");
    CHECK(s.written.rejects[0].member == s.member("anna@example.com"));
    CHECK(s.opt_out("anna@example.com") == "opted_out_before");

    s.plan_stored();  // and it stays so
    CHECK(s.upserted() == Texts{"bob@example.org"});
    s.rows({{"ann@example.net", "Ann", "1"}});
    s.plan_stored();  // under a third address too
    CHECK(s.upserted().empty());
    CHECK(s.opt_out("ann@example.net") == "opted_out_before");
}

TEST_CASE("what holds no person back: another key, no key, no rule, an address that merely changed",
          "[unit][run]") {
    KeyScene s;
    s.rows({{"ann@example.org", "Ann", "1"}});
    s.plan_stored();
    std::string reason = "unsubscribed", id = "1";
    SECTION("another key") {
        id = "2";
    }
    SECTION("an empty key") {
        s.rows({{"ann@example.org", "Ann", ""}});
        s.plan_stored();
        id = "";
    }
    SECTION("an export without a key") {
        s.input.definition.key.clear();
    }
    SECTION("a key of another attribute, which may mean something else") {
        s.segments.columns = {"email", "first", "order"};
        s.input.definition.key = "order";
    }
    SECTION("the address was changed at the provider") {
        reason = "address_changed";
    }
    SECTION("it was held back as a contact that may have left the list") {
        reason = "not_on_list";
    }
    s.put_opt_out("ann@example.org", reason);
    s.rows({{"anna@example.com", "Ann", id}});
    s.plan_stored();
    CHECK(s.upserted() == Texts{"anna@example.com"});
    CHECK(s.opt_out("anna@example.com").empty());
}

TEST_CASE("once the earlier address has no opt-out any more, the new one is sent", "[unit][run]") {
    KeyScene s;
    s.rows({{"ann@example.org", "Ann", "1"}});
    s.plan_stored();
    s.put_opt_out("ann@example.org", "unsubscribed");
    s.rows({{"anna@example.com", "Ann", "1"}});
    s.plan_stored();
    REQUIRE(s.upserted().empty());
    s.execute("DELETE FROM opt_outs WHERE reason = 'unsubscribed'");
    s.in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        return store::follow_opt_outs(db, s.input.destination, 0, s.input.now).has_value();
    });
    s.plan_stored();
    CHECK(s.upserted() == Texts{"anna@example.com"});
    CHECK(s.opt_out("anna@example.com").empty());
}

TEST_CASE("an address takes the place of the earlier one when it was delivered, not when it was seen",
          "[unit][run]") {
    KeyScene s;
    s.rows({{"ann@example.org", "Ann", "1"}});
    s.plan_stored();
    s.rows({{"anna@example.com", "Ann", "1"}});
    s.plan_stored();
    const bool delivered = GENERATE(false, true);
    if (delivered) {
        s.deliver(1, 1);
        s.plan_stored();
    }
    s.put_opt_out("ann@example.org", "unsubscribed");
    const auto plan = s.plan_stored();
    CHECK(plan.planned.suppressed == (delivered ? 0 : 1));
    CHECK((s.opt_out("anna@example.com") == "opted_out_before") == !delivered);
}

TEST_CASE("the memory of a plan is stored once for each person, and changed rows alone", "[unit][run]") {
    KeyScene s;
    const std::vector<std::string> ann{"ann@example.org", "Ann", "1"};
    s.rows({ann, ann, {"bob@example.org", "Bob", "2"}});
    s.rows({ann}, "lapsed");
    CHECK(s.plan_stored().people.seen.size() == 2);
    const auto again = s.plan_stored();
    CHECK(again.people.seen.empty());
    CHECK(again.people.moved.empty());
}

TEST_CASE("many persons are read in slices and met again", "[unit][run]") {
    KeyScene s;
    s.input.definition.guards.max_profiles = 100'000;
    std::vector<std::vector<std::string>> rows;
    for (int i = 0; i < 20'001; ++i)
        rows.push_back({"m" + std::to_string(i) + "@example.org", "", std::to_string(i)});
    s.rows(rows);
    CHECK(s.plan_stored().people.seen.size() == 20'001);
    CHECK(s.plan_stored().people.seen.empty());
}

TEST_CASE("a run holds a person back, and the next ones too", "[unit][run]") {
    KeyBench bench;
    CHECK(bench.run_with("ann@example.org").counts.added == 2);
    bench.service.contact("ann@example.org").state = provider::ContactStatus::State::unsubscribed;
    for (int i = 0; i < 2; ++i) {
        const auto run = bench.run_with("anna@example.com");
        CHECK(run.counts.suppressed == 1);
        CHECK(run.counts.add_up());
        CHECK_FALSE(bench.service.has("anna@example.com"));
    }
    bench.service.contact("ann@example.org").state = provider::ContactStatus::State::mailable;
    bench.run_with("anna@example.com");
    CHECK(bench.service.has("anna@example.com"));
    CHECK(bench.opt_out("anna@example.com").empty());
}

TEST_CASE("an opt-out of the earlier address that comes after the plan stops the new one", "[unit][run]") {
    KeyBench bench;
    bench.run_with("ann@example.org");
    bench.edit_export([](model::Export& e) { e.hold = true; });
    const auto held = bench.run_with("anna@example.com");
    REQUIRE(held.status == model::RunStatus::held);
    bench.service.contact("ann@example.org").state = provider::ContactStatus::State::unsubscribed;
    bench.approve(held.id);
    const auto run = bench.carry_out(held.id);
    CHECK(run.counts.suppressed == 1);
    CHECK_FALSE(bench.service.has("anna@example.com"));
}

TEST_CASE("a dry run remembers no person", "[unit][run]") {
    KeyBench bench;
    bench.rows({{"ann@example.org", "Ann", "1"}});
    model::RunOptions options;
    options.dry_run = true;
    bench.run_once(options);
    bench.in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
        CHECK(cell(db, "SELECT CAST(count(*) AS TEXT) FROM people") == "0");
        return true;
    });
}

}  // namespace audienced::unit::run_planning_known_people_test
