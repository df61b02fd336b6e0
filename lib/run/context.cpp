#include "run/context.hpp"

namespace audienced::run {
namespace {

// Shorter waits between two attempts are nothing that a person would want to know, or to cut short.
constexpr std::chrono::seconds min_reported_wait{10};

}  // namespace

Context::Context(Environment& environment, model::Run r)
    : env(environment),
      run(std::move(r)),
      events(environment.io, *environment.time),
      changed(environment.io),
      tasks(environment.io, [this](const std::string& name, const std::string& what) {
          env.log->write(log::internal_error(name, what));
      }) {}

result<void> Context::may_go_on() const {
    if (stop == StopReason::cancelled) return make_error(Errc::cancelled, "cancelled by a person");
    if (stop == StopReason::shutdown) return make_error(Errc::cancelled, "the daemon is stopping");
    return {};
}

model::Traffic Context::unsaved_traffic() {
    model::Traffic delta;
    delta.requests = traffic.requests - traffic_stored.requests;
    delta.writes = traffic.writes - traffic_stored.writes;
    delta.retries = traffic.retries - traffic_stored.retries;
    delta.bytes_sent = traffic.bytes_sent - traffic_stored.bytes_sent;
    delta.provider_jobs = traffic.provider_jobs - traffic_stored.provider_jobs;
    traffic_stored = traffic;
    return delta;
}

void Context::retrying(std::string_view why, std::chrono::milliseconds wait) {
    Error error = make_error(Errc::network, std::string(why));
    env.log->write(log::batch_retrying(ref(), 0, static_cast<int>(traffic.retries), error, wait));
    if (wait >= min_reported_wait) begin_long_wait("another attempt: " + std::string(why));
}

void Context::waited(std::chrono::milliseconds wait) {
    if (wait >= min_reported_wait) end_long_wait();
}

void Context::waiting_for_quota(SysTime until) {
    begin_long_wait("the day's budget of calls, which comes back at " + to_iso8601(until));
    env.log->write(log::waiting_for_quota(ref(), until));
}

void Context::quota_is_back() {
    end_long_wait();
}

void Context::begin_long_wait(std::string for_what) {
    ++long_waits;
    events.waiting(std::move(for_what));
}

void Context::end_long_wait() {
    if (long_waits > 0) --long_waits;
    if (long_waits == 0) events.waiting({});
}

}  // namespace audienced::run
