#include "plan/put_off.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::plan_put_off_test {

using plan::decide_put_off;
using plan::UnreadableRows;

TEST_CASE("new unreadable rows put removals off in three runs, then no more", "[unit][plan]") {
    UnreadableRows rows;
    for (int run = 1; run <= 3; ++run) {
        const auto decided = decide_put_off(rows, 2);
        CHECK(decided.removals);
        rows = decided.next;
        CHECK(rows == UnreadableRows{0, run});
    }
    for (int run = 0; run < 2; ++run) {
        const auto decided = decide_put_off(rows, 2);
        CHECK_FALSE(decided.removals);
        rows = decided.next;
        CHECK(rows == UnreadableRows{2, 0});
    }
}

TEST_CASE("more unreadable rows than before are new", "[unit][plan]") {
    const auto more = decide_put_off({2, 0}, 3);
    CHECK(more.removals);
    CHECK(more.next == UnreadableRows{2, 1});
    const auto fewer = decide_put_off({2, 0}, 1);
    CHECK_FALSE(fewer.removals);
    CHECK(fewer.next == UnreadableRows{1, 0});
}

TEST_CASE("a run in which every row tells its member forgets what was put off", "[unit][plan]") {
    const auto none = decide_put_off({4, 2}, 0);
    CHECK_FALSE(none.removals);
    CHECK(none.next == UnreadableRows{});
}

}  // namespace audienced::unit::plan_put_off_test
