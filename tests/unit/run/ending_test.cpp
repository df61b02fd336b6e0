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

TEST_CASE("a run that left something undone says how much, in the words of what it did", "[unit][run]") {
    model::Run run;
    run.id = 9;
    CHECK(run::ending_of(run).status == Status::succeeded);
    run.counts.suppressed = 4;  // opt-outs are no fault of a run
    CHECK(run::ending_of(run).status == Status::succeeded);
    run.counts.rejected = 1200;
    CHECK(run::ending_of(run).status == Status::completed_with_rejects);
    CHECK(run::ending_of(run).reason ==
          "1,200 profiles were not delivered; `audiencectl runs rejects 9` names them");
    run.options.undo_of = 3;
    CHECK(run::ending_of(run).reason ==
          "1,200 members were not put back; `audiencectl runs rejects 9` names them");
    run.counts.rejected = 1;
    run.planned.removed = 2;
    CHECK(run::ending_of(run).reason ==
          "1 member was not put back, 2 members were not removed; `audiencectl runs rejects 9` names them");
}

}  // namespace audienced::unit::run_ending_test
