#include "plan/guards.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::plan_guards_test {

using namespace audienced;
using namespace audienced::plan;
using Kind = GuardVerdict::Kind;

TEST_CASE("guards look at size, emptiness and removals, in that order", "[unit][plan]") {
    struct Row {
        const char* what;
        Figures figures;
        bool hold_asked;
        Kind expected;
    };
    const Row row = GENERATE(
        Row{"an ordinary run goes", {1000, 990, 1000, 5}, false, Kind::go},
        Row{"exactly the limit goes", {1'000'000, 1'000'000, 0, 0}, false, Kind::go},
        Row{"one more is skipped", {1'000'001, 1'000'001, 0, 0}, false, Kind::skip},
        Row{"an empty segment is skipped, not every member removed", {0, 0, 5000, 5000}, false, Kind::skip},
        Row{"rows without one valid address are skipped", {700, 0, 5000, 5000}, false, Kind::skip},
        Row{"20 % removals go", {4000, 4000, 5000, 1000}, false, Kind::go},
        Row{"more is held", {3999, 3999, 5000, 1001}, false, Kind::hold},
        Row{"99 removals go however small the ledger", {1, 1, 100, 99}, false, Kind::go},
        Row{"100 of 101 are held", {1, 1, 101, 100}, false, Kind::hold},
        Row{"asked to hold", {10, 10, 10, 0}, true, Kind::hold},
        Row{"5 % unreadable rows go", {200, 190, 200, 0, 0, 10, "why"}, false, Kind::go},
        Row{"more are held", {200, 189, 200, 0, 0, 11, "why"}, false, Kind::hold},
        Row{"9 go however few rows there are", {10, 1, 10, 0, 0, 9, "why"}, false, Kind::go},
        Row{"10 of 11 are held", {11, 1, 10, 0, 0, 10, "why"}, false, Kind::hold},
        Row{"rows of which none can be read are skipped", {50, 0, 10, 0, 0, 50, "why"}, false, Kind::skip},
        Row{"skip outranks hold", {0, 0, 10, 10}, true, Kind::skip});
    INFO(row.what);
    const auto verdict = check_guards({}, row.figures, row.hold_asked);
    CHECK(verdict.kind == row.expected);
    CHECK(verdict.reason.empty() == (row.expected == Kind::go));
}

TEST_CASE("a restored state that does not know all forgets sends nothing by itself, an undo neither",
          "[unit][plan]") {
    Figures figures{10, 10, 10, 0};
    figures.forgets_lost_since = from_unix(7000);
    const auto verdict = check_guards({}, figures, false);
    CHECK(verdict.kind == Kind::hold);
    CHECK(verdict.reason.find("repeat each forget since 1970-01-01T01:56:40Z") != std::string::npos);
    CHECK(verdict.reason.find("Also:") == std::string::npos);
    CHECK(check_undo_guards({}, figures, false).kind == Kind::hold);
    figures.existing_to_add = 2;
    CHECK(check_guards({}, figures, false).reason.find("Also: 2 of the members are contacts already") !=
          std::string::npos);
    figures.members = 0;
    CHECK(check_guards({}, figures, false).kind == Kind::skip);
}

TEST_CASE("with 0 % every removal asks, however few there are", "[unit][plan]") {
    model::Export definition;
    definition.guards.max_removal_percent = 0;
    CHECK(check_guards(definition, {10, 10, 11, 1}, false).kind == Kind::hold);
    CHECK(check_guards(definition, {10, 10, 11, 0}, false).kind == Kind::go);
    CHECK(check_undo_guards(definition, {0, 0, 11, 1}, false).kind == Kind::hold);
}

TEST_CASE("a run that is held for unreadable rows names their cause, before the removals that they bring",
          "[unit][plan]") {
    const auto verdict = check_guards({}, {200, 89, 200, 111, 0, 111, "row 7 has a field too many"}, false);
    CHECK(verdict.kind == Kind::hold);
    CHECK(verdict.reason.find("111 of 200 rows") == 0);
    CHECK(verdict.reason.find("row 7 has a field too many") != std::string::npos);
}

TEST_CASE("contacts that may have left the list hold a run that was not told what to do", "[unit][plan]") {
    using model::Existing;
    const auto existing = GENERATE(Existing::ask, Existing::add, Existing::leave);
    model::Export weekly;
    weekly.name = "weekly";
    weekly.existing = existing;
    Figures figures{100, 100, 100, 0};
    CHECK(check_guards(weekly, figures, false).kind == Kind::go);
    figures.existing_to_add = 1;
    const auto verdict = check_guards(weekly, figures, false);
    CHECK(verdict.kind == (existing == Existing::ask ? Kind::hold : Kind::go));
    if (existing != Existing::ask) return;
    CHECK(verdict.reason.find("1 of the members") == 0);
    CHECK(verdict.reason.find("`audiencectl export edit weekly --existing leave`") != std::string::npos);
}

TEST_CASE(
    "members that a call without an outcome put on the list, perhaps, hold the run whatever --existing says",
    "[unit][plan]") {
    model::Export definition;
    definition.name = "news";
    definition.existing = GENERATE(model::Existing::ask, model::Existing::add);
    Figures figures{10, 10, 10};
    figures.unclear_to_add = 1;
    const auto verdict = check_guards(definition, figures, false);
    CHECK(verdict.kind == Kind::hold);
    CHECK_THAT(verdict.reason, Catch::Contains("1 of the members are not on the list after a call"));
    CHECK(check_try(definition, figures).tried == model::TryOutcome::undecided);
}

TEST_CASE("one approval stands for all that holds a run, so the reason tells all of it", "[unit][plan]") {
    model::Export definition;
    definition.existing = model::Existing::ask;
    Figures figures{800, 800, 1000, 500};
    figures.existing_to_add = 3;
    figures.unclear_to_add = 2;
    const std::string reason = check_guards(definition, figures, false).reason;
    CHECK_THAT(reason, Catch::Contains("500 of 1,000 delivered members would lose") &&
                           Catch::Contains("Also: 3 of the members are contacts already") &&
                           Catch::Contains("Also: 2 of the members are not on the list"));
}

TEST_CASE("a try asks neither for numbers nor for approval, and a person where nothing tells what is right",
          "[unit][plan]") {
    using model::TryOutcome;
    model::Export weekly;
    weekly.name = "weekly";
    weekly.hold = true;
    weekly.guards.min_profiles = 500;
    CHECK(check_try(weekly, {1, 1, 1, 1}).kind == Kind::go);
    const auto nowhere = check_try(weekly, {0, 0, 0, 0});
    CHECK(nowhere.kind == Kind::skip);
    CHECK(nowhere.tried == TryOutcome::not_in_segments);
    CHECK(nowhere.reason.find("no segment of weekly has this address") == 0);
    const auto existing = check_try(weekly, {1, 1, 0, 0, 1});
    CHECK(existing.kind == Kind::skip);
    CHECK(existing.tried == TryOutcome::undecided);
    CHECK(existing.reason.find("`audiencectl export edit weekly --existing add`") != std::string::npos);
    weekly.existing = model::Existing::add;
    CHECK(check_try(weekly, {1, 1, 0, 0, 1}).kind == Kind::go);
}

}  // namespace audienced::unit::plan_guards_test
