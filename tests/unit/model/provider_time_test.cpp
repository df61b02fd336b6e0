#include "model/provider_time.hpp"

#include <catch2/catch.hpp>
#include <concepts>

namespace audienced::unit::model_provider_time_test {

using namespace audienced;
using namespace audienced::model;

namespace {

template <class A, class B>
concept comparable = requires(A a, B b) {
    a == b;
}
|| requires(A a, B b) {
    a < b;
};
template <class A, class B>
concept subtractable = requires(A a, B b) {
    a - b;
};

// The provider's clock and ours do not meet.
static_assert(!comparable<ProviderTime, SysTime> && !comparable<SysTime, ProviderTime>);
static_assert(!subtractable<ProviderTime, SysTime> && !subtractable<SysTime, ProviderTime>);
static_assert(!comparable<ProviderTime, SteadyTime> && !subtractable<ProviderTime, SteadyTime>);
static_assert(!std::convertible_to<ProviderTime, SysTime> && !std::constructible_from<SysTime, ProviderTime>);
static_assert(!std::convertible_to<SysTime, ProviderTime> && !std::constructible_from<ProviderTime, SysTime>);
static_assert(!std::assignable_from<ProviderTime&, SysTime> && !std::assignable_from<SysTime&, ProviderTime>);

// Instants of one clock do.
static_assert(comparable<ProviderTime, ProviderTime> && subtractable<ProviderTime, ProviderTime>);
static_assert(subtractable<ProviderTime, std::chrono::minutes>);

}  // namespace

TEST_CASE("an instant of the provider is stored in whole seconds and read back", "[unit][model]") {
    const ProviderTime t = provider_time_from_unix(1'772'359'200);
    CHECK(to_unix(t) == 1'772'359'200);
    CHECK(to_unix(t + std::chrono::milliseconds{999}) == 1'772'359'200);
    CHECK(to_iso8601(t) == "2026-03-01T10:00:00Z");
}

TEST_CASE("our clock can stand in for the provider's", "[unit][model]") {
    CHECK(provider_time_from_our_clock(from_unix(5)) == provider_time_from_unix(5));
}

}  // namespace audienced::unit::model_provider_time_test
