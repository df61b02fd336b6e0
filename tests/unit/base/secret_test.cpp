#include "base/secret.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::base_secret_test {

using namespace audienced;

TEST_CASE("a secret moves without leaving a copy, and copies by value", "[unit][base]") {
    Secret one(std::string("a password longer than the small buffer of a string"));
    const Secret copy = one;
    Secret other = std::move(one);
    CHECK(one.empty());  // NOLINT: what is left behind is the point
    CHECK(other.reveal() == copy.reveal());
    one = copy;
    CHECK(one.reveal() == copy.reveal());
    one = Secret();
    CHECK(one.empty());
    CHECK_FALSE(copy.empty());
}

}  // namespace audienced::unit::base_secret_test
