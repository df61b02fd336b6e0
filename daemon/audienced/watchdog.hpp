// Sends a beat only while a check shows that the daemon works.
#pragma once

#include <functional>

#include "aio/time.hpp"
#include "notify.hpp"

namespace audienced::daemon {

/// Says what is wrong, if anything is; must end by itself when cancelled.
using HealthCheck = std::function<awaitable<result<void>>()>;

/// A beat per third of the interval, each after a check of its own that ended well in time. Returns when
/// cancelled, at once when no watchdog is set. All arguments outlive it.
awaitable<void> beat_while_healthy(aio::Time& time, Notify& notify, const HealthCheck& check);

}  // namespace audienced::daemon
