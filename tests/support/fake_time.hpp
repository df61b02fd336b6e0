// A clock that stands still until the test moves it; a sleeper wakes as soon as the clock passes.
#pragma once

#include <memory>

#include "aio/time.hpp"

namespace audienced::test {

/// Io thread only. Starts at 2026-03-01T10:00:00Z unless told otherwise.
class FakeTime final : public aio::Time {
public:
    FakeTime();
    explicit FakeTime(SysTime start);

    SysTime now() const override;
    SteadyTime steady() const override;
    awaitable<result<void>> sleep_until(SteadyTime t) override;

    /// Both clocks go on by d in one step; sleepers it passes wake when the io_context runs next.
    void advance(std::chrono::steady_clock::duration d);
    /// Only the wall clock jumps, forward or back, as when a user sets it.
    void set_wall_clock(SysTime t);
    /// Advances to the earliest sleeper; false if there is none.
    bool advance_to_next_sleeper();
    std::size_t sleepers() const;

private:
    struct State;
    std::shared_ptr<State> state_;  // shared with sleepers, which may outlive the clock in an io_context
};

}  // namespace audienced::test
