// Runs, their progress and their rejects on the wire.
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/json.hpp"
#include "run/reject_summary.hpp"

namespace audienced::control {
using nlohmann::json;

json json_of(const model::Counts& c) {
    json out;
    out["read"] = c.read;
    out["duplicate"] = c.duplicate;
    out["invalid"] = c.invalid;
    out["suppressed"] = c.suppressed;
    out["unchanged"] = c.unchanged;
    out["added"] = c.added;
    out["updated"] = c.updated;
    out["removed"] = c.removed;
    out["rejected"] = c.rejected;
    out["not_sent"] = c.not_sent;
    return out;
}

json json_of(const model::Run& run) {
    json options;
    options["full"] = run.options.full;
    options["dry_run"] = run.options.dry_run;
    options["hold"] = run.options.hold;
    options["withdraw"] = run.options.withdraw;
    json out;
    out["id"] = run.id;
    out["export"] = run.export_name;
    // As in the rejects: a prefix names a member well enough.
    const auto& only = run.options.only_member;
    out["only_member"] = only ? json(to_hex(only->view().substr(0, 6))) : json(nullptr);
    out["tried"] = run.tried == model::TryOutcome::none ? json(nullptr) : json(to_string(run.tried));
    out["trigger"] = to_string(run.trigger);
    out["retry_of"] = run.options.retry_of == 0 ? json(nullptr) : json(run.options.retry_of);
    out["undo_of"] = run.options.undo_of == 0 ? json(nullptr) : json(run.options.undo_of);
    out["status"] = to_string(run.status);
    out["reason"] = run.reason;
    out["queued_at"] = to_iso8601(run.queued_at);
    out["started_at"] = json_of(run.started_at);
    out["finished_at"] = json_of(run.finished_at);
    out["next_try"] = json_of(run.next_try);
    out["counts"] = json_of(run.counts);
    out["planned"] = json_of(run.planned);
    out["delivered_before"] = run.delivered_before;
    out["values_dropped"] = run.counts.values_dropped;
    out["removals_put_off"] = run.counts.removals_put_off;
    out["requests"] = run.traffic.requests;
    out["writes"] = run.traffic.writes;
    out["retries"] = run.traffic.retries;
    out["bytes_sent"] = run.traffic.bytes_sent;
    out["provider_jobs"] = run.traffic.provider_jobs;
    out["error"] = run.error.empty() ? json(nullptr) : json(run.error);
    out["options"] = std::move(options);
    out["requested_by"] = run.requested_by;
    out["cancel_requested"] = run.cancel_requested;
    out["approved"] = run.approved;
    return out;
}

json json_of(const run::Progress& progress) {
    json out;
    out["status"] = to_string(progress.status);
    out["done"] = progress.done;
    out["total"] = progress.total;
    out["rate"] = std::isfinite(progress.rate) ? progress.rate : 0.0;
    out["seconds_left"] = progress.left ? json(progress.left->count()) : json(nullptr);
    out["waiting_for"] = progress.waiting_for;
    out["waiting_since"] = json_of(progress.waiting_since);
    return out;
}

json json_of(const run::RunEvent& event) {
    json out = json_of(event.progress);
    out["seq"] = event.seq;
    out["at"] = to_iso8601(event.at);
    out["text"] = event.text;
    return out;
}

json json_of(const store::Reject& reject, bool by_line) {
    json out;
    out["id"] = reject.id;
    out["run"] = reject.run;
    out["segment"] = reject.segment;
    for (const char* key : {"row", "line"}) out[key] = nullptr;
    if (reject.row != 0) out[by_line ? "line" : "row"] = reject.row;
    // A prefix names a member well enough to compare two lines, and does not give the stored key away.
    out["member"] = reject.member ? json(to_hex(reject.member->view().substr(0, 6))) : json(nullptr);
    out["field"] = reject.field.empty() ? json(nullptr) : json(reject.field);
    out["code"] = reject.code;
    out["class"] = to_string(reject.reject_class);
    out["detail"] = mask_addresses(reject.detail);
    out["attempts"] = reject.attempts;
    out["next_try"] = json_of(reject.next_try);
    out["quarantined"] = store::is_quarantined(reject) && reject.attempts > 0;
    out["counted_in"] = to_string(reject.counted_in);
    out["count"] = 1;
    return out;
}

json json_of(const store::RejectKind& kind) {
    json out;
    out["counted_in"] = to_string(kind.counted_in);
    out["code"] = kind.code;
    out["field"] = kind.field.empty() ? json(nullptr) : json(kind.field);
    out["class"] = to_string(kind.reject_class);
    out["count"] = kind.count;
    out["words"] = mask_addresses(run::words_of(kind));
    return out;
}

json rest_of(const store::RejectKind& kind, model::RunId run) {
    store::Reject none;
    none.run = run;
    none.field = kind.field;
    none.code = kind.code;
    none.reject_class = kind.reject_class;
    none.counted_in = kind.counted_in;
    const std::uint64_t rest = kind.count - kind.kept;
    const bool none_kept = kind.kept == 0;
    none.detail = none_kept
                      ? std::to_string(rest) + " of this kind; the rows of this run are not kept any more"
                      : "and " + std::to_string(rest) + " more of this kind";
    json out = json_of(none);
    out["id"] = nullptr;
    out["count"] = rest;
    return out;
}

}  // namespace audienced::control
