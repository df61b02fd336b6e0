// What to tell, by which way, and when: the book and what was found, or what a receiver answered, give the
// book as it becomes. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "notify/book.hpp"
#include "notify/findings.hpp"

namespace audienced::notify {

/// The receivers that are configured, by name.
struct Ways {
    std::vector<std::string> tell;           // each hears of every change
    bool heartbeat = false;                  // called after each good refresh
    std::set<std::string> export_heartbeat;  // exports with an address of their own
    std::string host;                        // of this machine, for the messages
};

/// How the heartbeat of the refresh and of one export are called among the ways of the book.
inline constexpr const char* refresh_heartbeat = "heartbeat";
std::string export_heartbeat(const std::string& export_name);

/// A held run is told again after so long.
inline constexpr std::chrono::hours again_after{24};
/// The longest wait between two tries.
inline constexpr std::chrono::hours longest_wait{1};
/// A heartbeat that was not taken within this time is no sign of life any more.
inline constexpr std::chrono::hours heartbeat_lasts{1};

/// Takes what was found into the book: a telling for each way where a state changed, or a run is still held a
/// day later. What waits of a state that lasts gets the words of now. `busy`: tellings that are being sent,
/// which stay as they are. Gives the events that no other part writes to the journal.
std::vector<log::Event> take_findings(Book&, const std::vector<Finding>&, const Ways&, SysTime now,
                                      const std::set<std::int64_t>& busy = {});
/// What is not ok.
std::vector<model::SubjectState> lasting(const Book&);
/// Every state that lasts, once more: after a restart, or to ways that are new.
void tell_lasting(Book&, const std::vector<std::string>& ways, SysTime now);
/// Tellings of ways that are not configured any more go.
void keep_ways(Book&, const Ways&);
/// Called when the round is good: it is not awaited any more.
void end_round(Book&, const Ways&, SysTime now);

/// What this way is to be sent now. A subject's tellings go in their order.
std::optional<std::int64_t> next_for(const Book&, const std::string& way, SysTime now);
/// The first instant later than now at which a telling is due; what is due already waits for its way, or for
/// an earlier one of its subject.
std::optional<SysTime> next_due(const Book&, SysTime now);
/// All that waits is due: after a restart or a reload, which may be what its receiver wanted.
void try_now(Book&, SysTime now);
void taken(Book&, std::int64_t telling);
/// It is tried again after 5 s, 10 s, 20 s ... up to an hour.
void not_taken(Book&, std::int64_t telling, SysTime now);
/// Heartbeats that nothing took in time, also by a clock that was set back since.
void drop_stale_heartbeats(Book&, SysTime now);

}  // namespace audienced::notify
