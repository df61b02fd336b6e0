#include "last_resort.hpp"

#include <atomic>
#include <catch2/catch.hpp>

namespace audienced::unit::daemon_audienced_last_resort_test {

using namespace audienced;
using namespace audienced::daemon;
using namespace std::chrono_literals;

namespace {
std::atomic<int> ended{-1};
void end(int exit_code) {
    ended = exit_code;
    ended.notify_all();
}
}  // namespace

TEST_CASE("the process ends at the earliest deadline, with its exit code", "[unit][service]") {
    ended = -1;
    LastResort last_resort(end);
    const SteadyTime now = std::chrono::steady_clock::now();
    last_resort.arm(now + 1h, 0);
    last_resort.arm(now, 1);
    last_resort.arm(now + 2h, 2);
    ended.wait(-1);
    CHECK(ended == 1);
}

TEST_CASE("a process that ends by itself is not ended before", "[unit][service]") {
    ended = -1;
    {
        LastResort last_resort(end);
        last_resort.arm(std::chrono::steady_clock::now() + 1h, 1);
    }
    LastResort never_armed(end);
    CHECK(ended == -1);
}

}  // namespace audienced::unit::daemon_audienced_last_resort_test
