// How a run under way is stopped, and what of it can be stopped.
#pragma once

#include <optional>
#include <stop_token>

#include "aio/event.hpp"
#include "aio/task_group.hpp"
#include "aio/time.hpp"
#include "base/error.hpp"

namespace audienced::run {

/// Why a run under way stops before its end. Revoked: it may not send any more what it planned.
enum class StopReason { none, cancelled, shutdown, revoked };

/// Io thread only.
struct RunControl {
    RunControl(boost::asio::any_io_executor io, aio::Time& clock, aio::TaskGroup::OnBug on_bug)
        : changed(io), tasks(io, std::move(on_bug)), time(clock) {}

    StopReason stop_reason = StopReason::none;
    aio::Event changed;  // stop_reason has changed
    std::stop_source stop_reading;
    aio::TaskGroup tasks;             // the run itself, so that it can be cancelled
    aio::TaskGroup* lanes = nullptr;  // its deliveries, while there are any
    aio::Time& time;
    int forgets = 0;  // times that it had to plan anew because an address of its plan was forgotten
    /// Calls that write may begin until then: they rest on a look. none: they rest on none.
    std::optional<SteadyTime> fresh_until;

    /// Looked at before every batch. Errors: cancelled; why it was
    /// revoked: wrong_state, or plan_expired when it is to plan anew.
    result<void> may_go_on() const;
    /// Asked right before each call that writes. Errors: those of may_go_on(); stale.
    result<void> may_write() const;
    /// Batches under way are waited for, since their outcome would be unknown otherwise, unless they are in a
    /// long wait themselves; everything else only reads, or waits, and ends at once.
    void stop(StopReason why, bool in_a_long_wait);
    /// From now on nothing new is sent. The run ends with `why`, or, where that is plan_expired, goes on
    /// until it asks, and plans anew. A run that is stopping already, and not for a new plan, goes on with
    /// that.
    void revoke(Error why, bool in_a_long_wait);
    bool must_plan_anew() const noexcept;
    /// Before it plans anew: what expired its plan stands no longer in its way.
    void begin_anew();
    /// Ends what is under way now, batches included.
    void abort();

private:
    Error revoked_by_;  // of StopReason::revoked
};

}  // namespace audienced::run
