#include "plan/row_faults.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::plan_row_faults_test {

using namespace audienced;

TEST_CASE("rows that cannot be read are told with the first of them", "[unit][plan]") {
    plan::RowFaults u;
    CHECK(plan::words_of(u).empty());
    u.add("line 2: not UTF-8");
    u.add("line 9: cut short");
    u.of = 3002;
    CHECK(plan::words_of(u) == "2 of 3,002 rows cannot be read: line 2: not UTF-8");
    u.complete = false;
    CHECK(plan::words_of(u) == "at least 2 of the first 3,002 rows cannot be read: line 2: not UTF-8");
}

TEST_CASE("more than 5 % and at least 10 are too many", "[unit][plan]") {
    const auto too_many = [](std::uint64_t rows, std::uint64_t of) {
        return plan::are_too_many({rows, of, "", true});
    };
    CHECK_FALSE(too_many(9, 9));
    CHECK(too_many(10, 199));
    CHECK_FALSE(too_many(10, 200));
}

}  // namespace audienced::unit::plan_row_faults_test
