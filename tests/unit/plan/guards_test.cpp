#include "plan/guards.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::plan_guards_test {

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
        Row{"skip outranks hold", {0, 0, 10, 10}, true, Kind::skip});
    INFO(row.what);
    const auto verdict = check_guards({}, row.figures, row.hold_asked);
    CHECK(verdict.kind == row.expected);
    CHECK(verdict.reason.empty() == (row.expected == Kind::go));
}

}  // namespace audienced::unit::plan_guards_test
