#include "run/progress.hpp"

namespace audienced::run {
namespace {

// Shorter waits between two attempts are nothing that a person would want to know, or to cut short.
constexpr std::chrono::seconds min_reported_wait{10};

}  // namespace

RunProgress::RunProgress(Environment& environment, model::Run row)
    : run(std::move(row)), events(environment.io, *environment.time), log_(*environment.log) {}

model::Traffic RunProgress::unsaved_traffic() {
    model::Traffic delta;
    delta.requests = traffic.requests - traffic_stored_.requests;
    delta.writes = traffic.writes - traffic_stored_.writes;
    delta.retries = traffic.retries - traffic_stored_.retries;
    delta.bytes_sent = traffic.bytes_sent - traffic_stored_.bytes_sent;
    delta.provider_jobs = traffic.provider_jobs - traffic_stored_.provider_jobs;
    traffic_stored_ = traffic;
    return delta;
}

void RunProgress::retrying(std::string_view why, std::chrono::milliseconds wait) {
    Error error = make_error(Errc::network, std::string(why));
    log_.write(log::batch_retrying(ref(), 0, static_cast<int>(traffic.retries), error, wait));
    if (wait >= min_reported_wait) begin_long_wait("another attempt: " + std::string(why));
}

void RunProgress::waited(std::chrono::milliseconds wait) {
    if (wait >= min_reported_wait) end_long_wait();
}

void RunProgress::waiting_for_quota(SysTime until) {
    begin_long_wait("the day's budget of calls, which comes back at " + to_iso8601(until));
    log_.write(log::waiting_for_quota(ref(), until));
}

void RunProgress::quota_is_back() {
    end_long_wait();
}

void RunProgress::begin_long_wait(std::string for_what) {
    ++long_waits;
    events.waiting(std::move(for_what));
}

void RunProgress::end_long_wait() {
    if (long_waits > 0) --long_waits;
    if (long_waits == 0) events.waiting({});
}

}  // namespace audienced::run
