#include "model/run.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::model_run_test {

using namespace audienced::model;

TEST_CASE("a run that ends early keeps what was settled, and the rest of what it read was not sent",
          "[unit][model]") {
    Run run;
    run.planned.read = run.counts.read = 30'000;
    run.planned.added = 30'000;
    run.counts.duplicate = 10;
    run.counts.added = 4'000;
    run.counts.rejected = 3;
    run.counts.removed = 5;
    run.counts.values_dropped = 2;
    const Counts c = counts_of_unfinished(run);
    CHECK(c.added == 4'000);
    CHECK(c.rejected == 3);
    CHECK(c.not_sent == 30'000 - 10 - 4'000 - 3);
    CHECK(c.removed == 5);
    CHECK(c.values_dropped == 2);
    CHECK(c.add_up());
}

TEST_CASE("a run that ends before its plan is stored says what the plan found, and that nothing was sent",
          "[unit][model]") {
    Run run;
    run.planned.read = 10;
    run.planned.invalid = 1;
    run.planned.unchanged = 2;
    run.planned.rejected = 1;
    run.planned.added = 6;
    run.planned.removed = 7;
    run.planned.values_dropped = 3;
    const Counts c = counts_of_unfinished(run);
    CHECK(c.read == 10);
    CHECK(c.invalid == 1);
    CHECK(c.unchanged == 2);
    CHECK(c.rejected == 1);
    CHECK(c.added == 0);
    CHECK(c.removed == 0);
    CHECK(c.not_sent == 6);
    CHECK(c.values_dropped == 3);  // they are listed
    CHECK(c.add_up());
    CHECK(counts_of_unfinished(Run{}) == Counts{});
}

TEST_CASE("what was settled after a run's end is not counted as not sent again", "[unit][model]") {
    Run run;
    run.counts.read = 10;
    run.counts.added = 10;
    run.counts.not_sent = 3;  // of an earlier end
    CHECK(counts_of_unfinished(run).not_sent == 0);
}

}  // namespace audienced::unit::model_run_test
