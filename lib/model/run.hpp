#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"

namespace audienced::model {

using RunId = std::int64_t;

enum class RunStatus {
    queued,
    planning,
    held,
    delivering,
    settling,
    succeeded,
    completed_with_rejects,
    failed,
    skipped,
    cancelled
};
enum class Trigger { schedule, on_demand, undo, retry };

const char* to_string(RunStatus) noexcept;
const char* to_string(Trigger) noexcept;
std::optional<RunStatus> run_status(std::string_view) noexcept;
std::optional<Trigger> trigger(std::string_view) noexcept;
bool is_final(RunStatus) noexcept;

/// read = duplicate + invalid + suppressed + unchanged + added + updated + rejected + not_sent, always, in a
/// finished run.
struct Counts {
    std::uint64_t read = 0, duplicate = 0, invalid = 0, suppressed = 0, unchanged = 0, added = 0, updated = 0,
                  removed = 0, rejected = 0;
    std::uint64_t not_sent = 0;  // what a run that ended early did not get to
    // Apart from the profiles: values that were left out, and members whose removal waits for another run.
    std::uint64_t values_dropped = 0, removals_put_off = 0;
    /// Profiles whose outcome is known.
    std::uint64_t decided() const noexcept {
        return duplicate + invalid + suppressed + unchanged + added + updated + rejected;
    }
    bool add_up() const noexcept { return read == decided() + not_sent; }
    bool operator==(const Counts&) const = default;
};

/// What the calls of a run cost.
struct Traffic {
    std::uint64_t requests = 0, writes = 0, retries = 0, bytes_sent = 0, provider_jobs = 0;
};

struct RunOptions {
    bool full = false;      // ignore the ledger's hashes
    bool dry_run = false;   // plan only
    bool hold = false;      // wait for approval
    RunId retry_of = 0;     // what that run rejected is sent again; 0: none
    RunId undo_of = 0;      // what that run did to memberships is reversed; 0: none
    bool withdraw = false;  // takes back what the export gave, and removes the export
    /// A try: this member alone is planned and sent; of every other one the run decides and changes nothing.
    std::optional<MemberHash> only_member;
    bool even_disabled = false;  // asked for while the export was disabled: that does not stop it
    /// Plans from what was done, not from the segments.
    bool takes_back() const noexcept { return undo_of != 0 || withdraw; }
    bool operator==(const RunOptions&) const = default;
};

/// What became of the member of a try.
enum class TryOutcome {
    none,             // no try, or one that did not get so far
    delivered,        // perhaps without a value that was refused
    rejected,         // by the provider, or its row cannot be read
    opted_out,        // it must not be touched, or is left alone: nothing was sent
    not_in_segments,  // no segment of the export has the address
    undecided,        // a contact that may have left the list, and --existing says to ask
};
const char* to_string(TryOutcome) noexcept;
std::optional<TryOutcome> try_outcome(std::string_view) noexcept;

struct Run {
    RunId id = 0;
    std::string export_name;
    Trigger trigger = Trigger::on_demand;
    RunStatus status = RunStatus::queued;
    RunOptions options;
    std::string reason;                      // why held, skipped, failed ...
    std::string error;                       // with what to do next; empty unless failed
    Quotes reason_quotes = Quotes::nothing;  // both texts, as in Error::quotes
    SysTime queued_at;
    std::optional<SysTime> started_at, finished_at;
    Counts counts;
    /// What the plan found, fixed when planning ends: the denominators of progress, and what approve
    /// approves.
    Counts planned;
    /// Members that the export had delivered when the plan was made: what a plan that removes is measured by.
    std::uint64_t delivered_before = 0;
    Traffic traffic;
    /// Of a scheduled run that failed: it is tried again then, unless the next start comes first. Read only.
    std::optional<SysTime> next_try;
    std::string requested_by;
    bool cancel_requested = false;
    bool approved = false;
    /// What the plan was made with; none until it is planned.
    std::optional<std::int64_t> plan_export_revision, plan_connection_revision;
    TryOutcome tried = TryOutcome::none;
};

/// Does it speak for its export, as the last run of it or as one that replaces a held one? Neither a dry run
/// nor the try of one member does.
bool is_whole(const RunOptions&) noexcept;

/// Held, and no person has approved or cancelled it yet.
bool waits_for_approval(const Run&) noexcept;
/// It ended, and what it could deliver is delivered.
bool ended_well(const Run&) noexcept;

/// It ended, and says nothing of whether the export delivers: it was cancelled, or it took back what another
/// run did.
bool says_nothing(const Run&) noexcept;

/// What a run that ends early counts: what was settled stays, the rest of what it read was not sent.
Counts counts_of_unfinished(const Run&) noexcept;

}  // namespace audienced::model
