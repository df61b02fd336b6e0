// How far a run is, and its event log: what people follow while it is under way.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "aio/event.hpp"
#include "aio/time.hpp"
#include "model/run.hpp"
#include "run/estimate.hpp"

namespace audienced::run {

struct Progress {
    model::RunStatus status = model::RunStatus::queued;
    std::uint64_t done = 0, total = 0;  // members settled; members to deliver, those that leave included
    double rate = 0;                    // members a second, over the last while
    std::optional<std::chrono::seconds> left;  // none: not known, or it waits
    std::string waiting_for;                   // "the provider's job"; empty: for nothing
    std::string waiting_in_full;               // for administrators, where it says more than waiting_for
    std::optional<SysTime> waiting_since;
};

/// `seq` grows by one from 1, per run and per life of the daemon.
struct RunEvent {
    std::uint64_t seq = 0;
    SysTime at;
    Progress progress;
    std::string text;     // one sentence for people; may be empty (only the numbers moved)
    std::string in_full;  // for administrators, where it says more than `text`
};

/// Io thread only.
class RunEventLog {
public:
    RunEventLog(boost::asio::any_io_executor io, aio::Time& time) : time_(time), changed_(std::move(io)) {}

    void status(model::RunStatus status, std::string text, std::string in_full = {});
    void plan(std::uint64_t total_members, std::uint64_t done_already);
    void settled(std::uint64_t members);
    void waiting(std::string for_what, std::string in_full = {});  // empty: goes on
    void end();                                                    // wakes every follower for good

    /// As of now: rate and time left change while nothing happens.
    Progress progress() const;
    /// Lines after `seq`; waits for one until the deadline. Empty at the deadline and after end().
    awaitable<result<std::vector<RunEvent>>> after(std::uint64_t seq, Deadline deadline);

private:
    void add(std::string text, std::string in_full = {});
    aio::Time& time_;
    aio::Event changed_;
    Progress progress_;
    std::deque<RunEvent> lines_;
    std::uint64_t next_seq_ = 1;
    Estimate estimate_;
    SteadyTime last_number_{};
    bool ended_ = false;
};

}  // namespace audienced::run
