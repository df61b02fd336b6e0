// Errors, instants, secrets, randomness: the small values that everything else is made of.
#include <algorithm>
#include <catch2/catch.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"

using namespace audienced;
using namespace std::chrono_literals;

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

TEST_CASE("an instant is printed in UTC with whole seconds", "[unit][base]") {
    auto [unix_time, text] =
        GENERATE(table<std::int64_t, std::string>({{0, "1970-01-01T00:00:00Z"},
                                                   {-1, "1969-12-31T23:59:59Z"},
                                                   {951782400, "2000-02-29T00:00:00Z"},
                                                   {2147483648, "2038-01-19T03:14:08Z"},
                                                   {1772359200, "2026-03-01T10:00:00Z"}}));
    CHECK(to_iso8601(from_unix(unix_time)) == text);
    CHECK(to_unix(from_unix(unix_time)) == unix_time);
    CHECK(to_unix(from_unix(unix_time) + 999ms) == unix_time);
}

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

TEST_CASE("random numbers lie in [0, 1) and do not repeat", "[unit][base]") {
    struct Highest final : Random {
        void fill(std::span<std::uint8_t> out) override { std::fill(out.begin(), out.end(), 0xFF); }
    } highest;
    CHECK(highest.unit() < 1.0);
    CHECK(system_random().unit() != system_random().unit());
}
