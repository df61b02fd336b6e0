// What ends a plan before it is complete; no member counts as having left then.
#include <catch2/catch.hpp>

#include "unit/run/planning/plan_scene.hpp"

namespace audienced::unit::run_planning_planning_failure_test {

using namespace audienced;
using namespace audienced::test;

namespace {

const std::vector<std::vector<std::string>> two_rows{{"ann@example.org", "Ann"}, {"bob@example.org", "Bob"}};

}  // namespace

TEST_CASE("far too many rows are not read to their end, and the plan says how many it saw", "[unit][run]") {
    PlanScene s;
    s.input.definition.guards.max_profiles = 2;
    s.rows({{"ann@example.org", "A"}, {"!", "cut"}, {"bob@example.org", "B"}, {"cid@example.org", "C"}});
    const auto plan = s.plan();
    REQUIRE(plan);
    CHECK(plan->figures.profiles == 3);
    CHECK(s.written.finished == 0);
    CHECK(s.segments.reads == 1);
}

TEST_CASE("a source's error ends the plan, and no member counts as having left", "[unit][run]") {
    PlanScene s;
    s.rows(two_rows);
    REQUIRE(s.plan());
    s.deliver(1, 1);
    s.segments.before_read = [](const std::string& segment) -> result<void> {
        if (segment == "buyers") return {};
        return make_error(Errc::not_ready, "not there");
    };
    const auto plan = s.plan();
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == Errc::not_ready);
    CHECK(s.regrouped().empty());
    CHECK(s.written.finished == 0);
}

TEST_CASE("a plan that is stopped while it reads, or after, ends as cancelled", "[unit][run]") {
    PlanScene s;
    std::stop_source stop;
    s.input.stop = stop.get_token();
    s.rows(two_rows);
    SECTION("at a row") {
        s.segments.at_row = [&](std::uint64_t row) {
            if (row == 2) stop.request_stop();
        };
        CHECK(s.plan().error().code == Errc::cancelled);
    }
    SECTION("when the last segment has been read") {
        s.segments.before_read = [&](const std::string& segment) -> result<void> {
            if (segment == "lapsed") stop.request_stop();
            return {};
        };
        CHECK(s.plan().error().code == Errc::cancelled);
    }
    CHECK(s.written.finished == 0);
}

TEST_CASE("a spool that cannot be written ends the plan with that error", "[unit][run]") {
    PlanScene s;
    s.rows({{"no address", "X"}});
    if (GENERATE(false, true)) s.rows(two_rows);
    struct Full final : run::PlanWriter {
        static result<void> full() { return make_error(Errc::store_full, "the disk is full"); }
        result<void> upsert(const spool::Record&) override { return full(); }
        result<void> regroup(int, const spool::Record&) override { return full(); }
        result<void> reject(const store::Reject&) override { return full(); }
        result<void> reject_again(const store::Reject&, std::uint32_t) override { return full(); }
        result<void> again(const std::function<result<void>(const spool::Record&)>&) override { return {}; }
        result<void> finish() override { return full(); }
    } writer;
    const auto clone = [](store::Database&,
                          const vault::Vault& vault) -> result<std::shared_ptr<vault::Vault>> {
        return std::make_shared<vault::Vault>(vault.clone());
    };
    const auto vault = s.in_store(clone);
    s.input.vault = vault.get();
    const auto plan = run::make_plan(s.input, writer);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == Errc::store_full);
}

TEST_CASE("a store that cannot be read ends the plan with that error", "[unit][run]") {
    PlanScene s;
    s.rows(two_rows);
    REQUIRE(s.plan());  // from here on its statements are prepared
    const std::string table = GENERATE("opt_outs", "delivered", "memberships", "contacts");
    s.execute("ALTER TABLE " + table + " RENAME TO lost");
    CHECK_FALSE(s.plan());
}

}  // namespace audienced::unit::run_planning_planning_failure_test
