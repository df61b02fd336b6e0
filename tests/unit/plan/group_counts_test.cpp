#include "plan/group_counts.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::plan_group_counts_test {

using audienced::plan::GroupCounts;

TEST_CASE("members are counted in each group that they join or leave", "[unit][plan]") {
    GroupCounts counts;
    counts.join(0b101, 3);
    counts.join(std::uint64_t{1} << 63);
    counts.leave(7, 0b011);
    counts.leave(8, 0);
    CHECK(counts.joins(0) == 3);
    CHECK(counts.joins(1) == 0);
    CHECK(counts.joins(2) == 3);
    CHECK(counts.joins(63) == 1);
    CHECK(counts.leaves(0) == 1);
    CHECK(counts.leaves(1) == 1);
    REQUIRE(counts.leavers().size() == 1);
    CHECK(counts.leavers()[0].known == 7);
    CHECK(counts.leavers()[0].groups == 0b011);
}

TEST_CASE("of the members that leave the first twenty are kept, and all are counted", "[unit][plan]") {
    GroupCounts counts;
    for (std::uint32_t i = 0; i < 50; ++i) counts.leave(i, 1);
    CHECK(counts.leaves(0) == 50);
    CHECK(counts.leavers().size() == GroupCounts::leavers_kept);
    CHECK(counts.leavers().back().known == 19);
}

}  // namespace audienced::unit::plan_group_counts_test
