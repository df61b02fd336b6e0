#include "run/ending.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::run_ending_test {

using namespace audienced;
using Status = model::RunStatus;

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
