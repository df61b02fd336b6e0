// How a run under way is stopped, and what of it can be stopped.
#pragma once

#include <stop_token>

#include "aio/event.hpp"
#include "aio/task_group.hpp"
#include "base/error.hpp"

namespace audienced::run {

/// Why a run under way stops before its end.
enum class StopReason { none, cancelled, shutdown };

/// Io thread only.
struct RunControl {
    RunControl(boost::asio::any_io_executor io, aio::TaskGroup::OnBug on_bug)
        : changed(io), tasks(io, std::move(on_bug)) {}

    StopReason stop_reason = StopReason::none;
    aio::Event changed;  // stop_reason has changed
    std::stop_source stop_reading;
    aio::TaskGroup tasks;             // the run itself, so that it can be cancelled
    aio::TaskGroup* lanes = nullptr;  // its deliveries, while there are any

    /// Errc::cancelled when the run is to stop; looked at before every batch.
    result<void> may_go_on() const;
    /// Batches under way are waited for, since their outcome would be unknown otherwise, unless they are in a
    /// long wait themselves; everything else only reads, or waits, and ends at once.
    void stop(StopReason why, bool in_a_long_wait);
    /// Ends what is under way now, batches included.
    void abort();
};

}  // namespace audienced::run
