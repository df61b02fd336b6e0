#include "run/ending.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::run_ending_test {

using namespace audienced;
using Kind = plan::GuardVerdict::Kind;
using Status = model::RunStatus;

// A dry run ended as succeeded, without a word of the guard that would have held it.
TEST_CASE("a dry run says what the guards would do with a run", "[unit][run]") {
    struct Row {
        Kind kind;
        Status status;
        const char* reason;
    };
    const Row row =
        GENERATE(Row{Kind::go, Status::succeeded, "a dry run: planned, nothing was sent"},
                 Row{Kind::hold, Status::succeeded,
                     "a dry run: planned, nothing was sent; a run would be held: 3 would leave"},
                 Row{Kind::skip, Status::skipped, "a dry run: a run would be skipped: 3 would leave"});
    plan::GuardVerdict verdict;
    verdict.kind = row.kind;
    if (row.kind != Kind::go) verdict.reason = "3 would leave";
    const run::Ending end = run::ending_of_dry_run(verdict);
    CHECK(end.status == row.status);
    CHECK(end.reason == row.reason);
}

}  // namespace audienced::unit::run_ending_test
