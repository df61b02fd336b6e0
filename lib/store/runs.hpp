// Runs and their batches: what is under way survives a crash here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/batch.hpp"
#include "model/run.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// One run per export at most waits in `queued` behind one that is under way: asking again gives that one's
/// id, with the stronger options of both (full, hold, not dry, the later run to retry). An undo waits beside
/// it; a second undo is refused (wrong_state). A waiting run that was asked to cancel does not count.
result<model::RunId> queue_run(Database&, const model::Run&);
result<model::Run> get_run(Database&, model::RunId);
/// Newest first.
result<std::vector<model::Run>> list_runs(Database&, std::optional<std::string> export_name,
                                          std::size_t limit);
/// The same without dry runs, which say nothing of what was delivered.
result<std::vector<model::Run>> list_real_runs(Database&, std::string_view export_name, std::size_t limit);
/// Not final, oldest first: what resume finds after a crash, and what the queue holds.
result<std::vector<model::Run>> open_runs(Database&);
/// Writes status, reason, error, started_at, finished_at, planned, approved, cancel_requested, traffic;
/// counts too. The two flags are only ever set by it, not taken back; but a run that becomes `planning` or
/// `held` takes `approved` as given, since a new plan needs a new approval.
result<void> update_run(Database&, const model::Run&);
/// Adds, within the caller's transaction, also to a run that is over: a job may outlive its run. Negative
/// corrections are possible (added -> rejected, not_sent -> added).
struct CountDelta {
    std::int64_t duplicate = 0, invalid = 0, suppressed = 0, unchanged = 0, added = 0, updated = 0,
                 removed = 0, rejected = 0, not_sent = 0, values_dropped = 0, removals_put_off = 0;
};
result<void> add_counts(Database&, model::RunId, const CountDelta&, const model::Traffic& traffic_delta);
/// The revisions of the export and its connection that the plan was made with. Errors: not_found.
result<void> store_plan_revisions(Database&, model::RunId, std::int64_t export_revision,
                                  std::int64_t connection_revision);
/// Flags are set apart from update_run, so that a run's own progress does not overwrite a person's decision.
/// Errors: not_found; wrong_state (it is over; or, for approve, not held).
result<void> request_cancel(Database&, model::RunId);
result<void> approve(Database&, model::RunId);

/// A batch is a range of the run's spool: of a part that holds its members, and of one that holds its
/// leavers.
struct BatchRow {
    enum class State { planned, sending, settled };
    std::int64_t run = 0, seq = 0;
    model::BatchKind kind = model::BatchKind::upsert;
    int group = -1;  // bit; membership only
    std::uint64_t offset = 0, bytes = 0, members = 0;
    std::uint64_t leave_offset = 0, leave_bytes = 0, leavers = 0;  // membership only
    State state = State::planned;
    int sends = 0;               // times that it was, or may have been, sent
    bool known = false;          // upsert: some of its members are contacts already
    std::uint64_t plan = 0;      // of the spool
    std::uint32_t checksum = 0;  // of its records there
};
result<void> insert_batches(Database&, const std::vector<BatchRow>&);
result<std::vector<BatchRow>> unsettled_batches(Database&, model::RunId);
/// The intent, durable before the first byte goes out: sending, sends + 1.
result<void> mark_sending(Database&, model::RunId, const std::vector<std::int64_t>& seqs);
/// Nothing if the run has no such batch any more.
result<void> mark_settled(Database&, model::RunId, std::int64_t seq);
result<void> remove_batches(Database&, model::RunId);
result<std::uint64_t> count_batches(Database&, model::RunId);

}  // namespace audienced::store
