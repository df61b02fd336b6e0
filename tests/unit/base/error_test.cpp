#include "base/error.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::base_error_test {

using namespace audienced;

TEST_CASE("an error reads as what happened and what to do", "[unit][base]") {
    CHECK(make_error(Errc::network, "no answer", "try later").text() == "no answer; try later");
    CHECK(make_error(Errc::network, "no answer").text() == "no answer");
    CHECK_FALSE(make_error(Errc::network, "x").safe_to_retry);
    CHECK(retryable(Errc::network, "x").safe_to_retry);
    CHECK(std::string(to_string(Errc::store_corrupt)) == "store_corrupt");
}

TEST_CASE("using the value of a failed result is a bug that names the error", "[unit][base]") {
    const result<int> failed = make_error(Errc::not_found, "no such list", "look it up");
    CHECK_THROWS_WITH(failed.value(), Catch::Contains("no such list"));
}

}  // namespace audienced::unit::base_error_test
