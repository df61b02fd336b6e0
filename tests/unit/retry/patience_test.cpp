#include "retry/patience.hpp"

#include <catch2/catch.hpp>

using namespace audienced;
using namespace audienced::retry;
using namespace std::chrono_literals;

namespace audienced::unit::retry_patience_test {
namespace {

struct Series {
    std::chrono::milliseconds lasted{0}, longest{0};
    unsigned attempts = 0;
};

/// Attempts that fail at once, until patience is over.
Series fail_for_ever(const Patience& patience, Failures::Wait told = {}) {
    Failures failures;
    Series out;
    const SteadyTime begin{1000h};
    for (;;) {
        ++out.attempts;
        const auto wait = failures.next_wait(patience, begin + out.lasted, told, system_random());
        if (!wait) return out;
        out.longest = std::max(out.longest, *wait);
        out.lasted += *wait;
    }
}

}  // namespace

TEST_CASE("a run tries again for a quarter of an hour, at least once a minute", "[unit][retry]") {
    const Series series = fail_for_ever(patience_of_runs);
    CHECK(series.lasted == 15min);
    CHECK(series.longest <= 60s);
    CHECK(series.attempts >= 18);
    CHECK(series.attempts <= 45);
}

TEST_CASE("a person waits for twenty seconds", "[unit][retry]") {
    const Series series = fail_for_ever(patience_of_people);
    CHECK(series.lasted == 20s);
    CHECK(series.attempts >= 5);
    CHECK(series.attempts <= 9);
}

TEST_CASE("a run keeps to the wait that the far side names, a person is told at once", "[unit][retry]") {
    const Series run = fail_for_ever(patience_of_runs, 1h);
    CHECK(run.lasted == 5h);  // six attempts, whatever they last
    CHECK(run.attempts == 6);
    CHECK(fail_for_ever(patience_of_runs, 14min).lasted == 5 * 14min);
    CHECK(fail_for_ever(patience_of_runs, 10s).lasted == 15min);

    const Series person = fail_for_ever(patience_of_people, 1h);
    CHECK(person.lasted == 0s);
    CHECK(person.attempts == 1);
    CHECK(fail_for_ever(patience_of_people, 15s).attempts == 2);
}

TEST_CASE("time that passes elsewhere counts, but does not replace attempts", "[unit][retry]") {
    Failures failures;
    const SteadyTime begin{1000h};
    REQUIRE(failures.next_wait(patience_of_runs, begin, {}, system_random()));
    // An hour of waiting for a turn.
    for (int i = 2; i < 6; ++i) CHECK(failures.next_wait(patience_of_runs, begin + 1h, {}, system_random()));
    CHECK(!failures.next_wait(patience_of_runs, begin + 1h, {}, system_random()));
    CHECK(failures.count() == 6);
}

}  // namespace audienced::unit::retry_patience_test
