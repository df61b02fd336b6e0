#include "log/builder.hpp"

namespace audienced::log {
namespace {

std::string run_name(const RunRef& ref) {
    return "run " + std::to_string(ref.id) + " of export " + ref.export_name;
}

std::string summary(const model::Counts& c) {
    return std::to_string(c.read) + " read, " + std::to_string(c.added) + " to add, " +
           std::to_string(c.updated) + " to update, " + std::to_string(c.removed) + " to remove, " +
           std::to_string(c.unchanged) + " unchanged";
}

std::string outcome(const model::Counts& c) {
    return std::to_string(c.added) + " added, " + std::to_string(c.updated) + " updated, " +
           std::to_string(c.removed) + " removed, " + std::to_string(c.unchanged) + " unchanged, " +
           std::to_string(c.rejected) + " rejected" +
           (c.not_sent > 0 ? ", " + std::to_string(c.not_sent) + " not sent" : std::string());
}

}  // namespace

RunRef run_ref(const model::Run& run, std::string connection, std::string provider) {
    return RunRef{run.id, run.export_name, std::move(connection), std::move(provider)};
}

Event run_queued(const RunRef& ref, model::Trigger trigger, std::string_view requested_by) {
    return Builder(Kind::run_queued, run_name(ref) + " is queued (" + model::to_string(trigger) + ")")
        .run(ref)
        .field("TRIGGER", std::string(model::to_string(trigger)))
        .field("REQUESTED_BY", requested_by);
}

Event run_started(const RunRef& ref) {
    return Builder(Kind::run_started, run_name(ref) + " started").run(ref);
}

Event run_resumed(const RunRef& ref, model::RunStatus status) {
    return Builder(Kind::run_resumed,
                   run_name(ref) + " resumes where it stopped (" + model::to_string(status) + ")")
        .run(ref)
        .field("STATUS", std::string(model::to_string(status)));
}

Event run_planned(const RunRef& ref, const model::Counts& planned) {
    return Builder(Kind::run_planned, run_name(ref) + " is planned: " + summary(planned))
        .run(ref)
        .counts(planned);
}

Event removals_put_off(const RunRef& ref, std::uint64_t removals, std::uint64_t rows, std::string_view why) {
    return Builder(Kind::removals_put_off,
                   run_name(ref) + " puts " + std::to_string(removals) + " removals off, since " +
                       std::to_string(rows) + " rows cannot be read" + because(why) +
                       "; `audiencectl runs rejects " + std::to_string(ref.id) + "` lists the rows")
        .run(ref)
        .number("REMOVALS", removals)
        .number("ROWS", rows)
        .field("REASON", why);
}

Event rejects_quarantined(const RunRef& ref, std::uint64_t members) {
    const std::string id = std::to_string(ref.id);
    return Builder(
               Kind::rejects_quarantined,
               run_name(ref) + " puts " + std::to_string(members) +
                   " members into quarantine: they failed too often, and the schedule sends them no more; "
                   "`audiencectl runs rejects " +
                   id + "` lists them, `audiencectl runs retry " + id + "` sends them again")
        .run(ref)
        .number("MEMBERS", members);
}

Event run_held(const RunRef& ref, const model::Counts& planned, std::string_view reason) {
    const std::string id = std::to_string(ref.id);
    return Builder(Kind::run_held, run_name(ref) + " is held" + because(reason) + " (" + summary(planned) +
                                       "); `audiencectl runs approve " + id +
                                       "` sends exactly this, `audiencectl runs cancel " + id + "` drops it")
        .run(ref)
        .counts(planned)
        .field("REASON", reason)
        .attention("export:" + ref.export_name, "held");
}

Event run_approved(const RunRef& ref, std::string_view by) {
    return Builder(Kind::run_approved, run_name(ref) + " was approved by " + text(by))
        .run(ref)
        .field("BY", by)
        .attention("export:" + ref.export_name, "ok");
}

Event run_finished(const RunRef& ref, const model::Run& run, bool known_rejects) {
    const std::string key = "export:" + ref.export_name;
    const std::string id = std::to_string(ref.id);
    Kind kind = Kind::internal_error;
    std::string message = run_name(ref);
    std::optional<std::string> state;
    switch (run.status) {
        case model::RunStatus::succeeded:
            kind = Kind::run_succeeded;
            message += " succeeded: " + outcome(run.counts);
            state = "ok";
            break;
        case model::RunStatus::completed_with_rejects:
            kind = known_rejects ? Kind::run_completed_with_known_rejects : Kind::run_completed_with_rejects;
            message += " completed with rejects: " + outcome(run.counts) + "; `audiencectl runs rejects " +
                       id + "` says why";
            state = "ok";
            break;
        case model::RunStatus::failed:
            kind = Kind::run_failed;
            message += " failed" + because(run.error.empty() ? run.reason : run.error) + " (" +
                       outcome(run.counts) + ")";
            if (run.next_try) message += "; it is tried again at " + to_iso8601(*run.next_try);
            state = "failed";
            break;
        case model::RunStatus::skipped:
            kind = Kind::run_skipped;
            message += " was skipped, nothing was sent" + because(run.reason);
            state = "skipped";
            break;
        case model::RunStatus::cancelled:
            kind = Kind::run_cancelled;
            message += " was cancelled" + because(run.reason) + " (" + outcome(run.counts) + ")";
            state = "ok";
            break;
        default:
            message += " was reported as finished, but is " + std::string(model::to_string(run.status));
            break;
    }
    Builder b(kind, std::move(message));
    b.run(ref).field("STATUS", std::string(model::to_string(run.status))).field("REASON", run.reason);
    b.counts(run.counts);
    b.number("REQUESTS", run.traffic.requests).number("RETRIES", run.traffic.retries);
    b.number("BYTES_SENT", run.traffic.bytes_sent);
    if (run.started_at && run.finished_at && *run.finished_at >= *run.started_at) {
        const auto took =
            std::chrono::duration_cast<std::chrono::microseconds>(*run.finished_at - *run.started_at);
        b.number("DURATION_US", static_cast<std::uint64_t>(took.count()));
    }
    if (run.next_try) b.field("NEXT_TRY", to_iso8601(*run.next_try));
    if (state) b.attention(key, *state);
    return b;
}

Event run_overdue(std::string_view export_name, SysTime due, std::string_view why, model::RunId run) {
    Builder b(Kind::run_overdue,
              "export " + text(export_name) + " was due at " + to_iso8601(due) + because(why));
    if (run != 0) b.field("RUN_ID", std::to_string(run));
    return b.field("EXPORT", export_name)
        .field("DUE", to_iso8601(due))
        .attention("export:" + text(export_name), "overdue");
}

Event batch_retrying(const RunRef& ref, std::int64_t batch, int attempt, const Error& e,
                     std::chrono::milliseconds wait) {
    return Builder(Kind::batch_retrying, run_name(ref) + ": batch " + std::to_string(batch) +
                                             " is sent again in " + std::to_string(wait.count()) +
                                             " ms: " + e.text())
        .run(ref)
        .field("BATCH", std::to_string(batch))
        .field("ATTEMPT", std::to_string(attempt))
        .field("WAIT_MS", std::to_string(wait.count()))
        .error(e)
        .paced("retry:" + std::to_string(ref.id));
}

Event waiting_for_quota(const RunRef& ref, SysTime until) {
    return Builder(Kind::waiting_for_quota,
                   run_name(ref) + " waits for the provider's daily quota until " + to_iso8601(until))
        .run(ref)
        .field("UNTIL", to_iso8601(until))
        .paced("quota:" + std::to_string(ref.id));
}

Event waiting_for_source(const RunRef& ref, const Error& e, SysTime until) {
    return Builder(Kind::waiting_for_source, run_name(ref) + " waits for its source until " +
                                                 to_iso8601(until) + " at the longest: " + e.text())
        .run(ref)
        .field("UNTIL", to_iso8601(until))
        .error(e)
        .paced("source:" + std::to_string(ref.id));
}

}  // namespace audienced::log
