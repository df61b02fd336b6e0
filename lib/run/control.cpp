#include "run/control.hpp"

namespace audienced::run {

result<void> RunControl::may_go_on() const {
    if (stop_reason == StopReason::cancelled) return make_error(Errc::cancelled, "cancelled by a person");
    if (stop_reason == StopReason::shutdown) return make_error(Errc::cancelled, "the daemon is stopping");
    return {};
}

void RunControl::stop(StopReason why, bool in_a_long_wait) {
    stop_reason = why;
    stop_reading.request_stop();
    changed.notify_all();
    if (!lanes)
        tasks.cancel();
    else if (in_a_long_wait)
        lanes->cancel();
}

void RunControl::abort() {
    if (lanes) lanes->cancel();
    tasks.cancel();
}

}  // namespace audienced::run
