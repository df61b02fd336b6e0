#include "run/control.hpp"

namespace audienced::run {

result<void> RunControl::may_go_on() const {
    if (stop_reason == StopReason::cancelled) return make_error(Errc::cancelled, "cancelled by a person");
    if (stop_reason == StopReason::shutdown) return make_error(Errc::cancelled, "the daemon is stopping");
    if (stop_reason == StopReason::revoked) return revoked_by_;
    return {};
}

result<void> RunControl::may_write() const {
    if (auto allowed = may_go_on(); !allowed) return allowed;
    if (fresh_until && time.steady() > *fresh_until)
        return make_error(Errc::stale, "the last look at the destination is too old to send on");
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

void RunControl::revoke(Error why, bool in_a_long_wait) {
    if (stop_reason != StopReason::none && !must_plan_anew()) return;
    const bool to_plan_anew = why.code == Errc::plan_expired;
    revoked_by_ = std::move(why);
    if (!to_plan_anew) return stop(StopReason::revoked, in_a_long_wait);
    stop_reason = StopReason::revoked;
    stop_reading.request_stop();
    changed.notify_all();
    if (lanes && in_a_long_wait) lanes->cancel();
}

bool RunControl::must_plan_anew() const noexcept {
    return stop_reason == StopReason::revoked && revoked_by_.code == Errc::plan_expired;
}

void RunControl::begin_anew() {
    if (!must_plan_anew()) return;
    stop_reason = StopReason::none;
    stop_reading = std::stop_source();
}

void RunControl::abort() {
    if (lanes) lanes->cancel();
    tasks.cancel();
}

}  // namespace audienced::run
