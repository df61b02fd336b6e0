#include "log/events.hpp"

#include <utility>

namespace audienced::log {
namespace {

struct Builder {
    Event event;
    Builder(Kind kind, std::string message) {
        event.kind = kind;
        event.message = std::move(message);
    }
    Builder& field(const char* name, std::string value) {
        if (!value.empty()) event.fields.push_back(Field{name, std::move(value)});
        return *this;
    }
    Builder& field(const char* name, std::string_view value) { return field(name, std::string(value)); }
    Builder& number(const char* name, std::uint64_t value) { return field(name, std::to_string(value)); }
    Builder& run(const RunRef& ref) {
        number("RUN_ID", static_cast<std::uint64_t>(ref.id));
        field("EXPORT", ref.export_name).field("CONNECTION", ref.connection).field("PROVIDER", ref.provider);
        return *this;
    }
    Builder& error(const Error& e) { return field("ERROR_CODE", std::string(to_string(e.code))); }
    Builder& counts(const model::Counts& c) {
        return number("READ", c.read)
            .number("DUPLICATE", c.duplicate)
            .number("INVALID", c.invalid)
            .number("SUPPRESSED", c.suppressed)
            .number("UNCHANGED", c.unchanged)
            .number("ADDED", c.added)
            .number("UPDATED", c.updated)
            .number("REMOVED", c.removed)
            .number("REJECTED", c.rejected);
    }
    Builder& attention(std::string key, std::string state) {
        event.attention = Attention{std::move(key), std::move(state)};
        return *this;
    }
    Builder& paced(std::string key) {
        event.pace_key = std::move(key);
        return *this;
    }
    operator Event() { return std::move(event); }
};

std::string text(std::string_view s) {
    return std::string(s);
}

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
           std::to_string(c.rejected) + " rejected";
}

std::string because(std::string_view reason) {
    return reason.empty() ? std::string() : ": " + text(reason);
}

Builder connection_event(Kind kind, std::string message, std::string_view connection,
                         std::string_view provider) {
    Builder b(kind, std::move(message));
    b.field("CONNECTION", connection).field("PROVIDER", provider);
    return b;
}

}  // namespace

RunRef run_ref(const model::Run& run, std::string connection, std::string provider) {
    return RunRef{run.id, run.export_name, std::move(connection), std::move(provider)};
}

Event daemon_started(std::string_view version, std::string_view state_dir) {
    return Builder(Kind::daemon_started,
                   "audienced " + text(version) + " is ready, state in " + text(state_dir))
        .field("VERSION", version)
        .field("STATE_DIR", state_dir);
}

Event daemon_stopping(std::string_view why, std::size_t runs_under_way) {
    return Builder(Kind::daemon_stopping,
                   "stopping: " + text(why) + "; " + std::to_string(runs_under_way) +
                       " runs under way go to their next checkpoint and continue at the next start")
        .number("RUNS", runs_under_way);
}

Event daemon_drain_expired(std::size_t runs_under_way, std::chrono::seconds waited) {
    return Builder(Kind::daemon_drain_expired,
                   std::to_string(runs_under_way) + " runs did not reach a checkpoint within " +
                       std::to_string(waited.count()) + " s and are cut off; they continue at the next start")
        .number("RUNS", runs_under_way);
}

Event config_invalid(std::string_view file, const Error& e) {
    return Builder(Kind::config_invalid, text(file) + ": " + e.text()).field("CONFIG_FILE", file).error(e);
}

Event config_reloaded(std::string_view file) {
    return Builder(Kind::config_reloaded, "configuration read again from " + text(file))
        .field("CONFIG_FILE", file);
}

Event store_trouble(const Error& e) {
    return Builder(Kind::store_trouble, "the database could not be used: " + e.text())
        .error(e)
        .paced(std::string("store:") + to_string(e.code));
}

Event internal_error(std::string_view task, std::string_view what) {
    return Builder(Kind::internal_error, "bug: task " + text(task) + " ended with an exception: " +
                                             text(what) + "; the rest goes on, please report it")
        .field("TASK", task);
}

Event control_error(std::string_view what, const Error& e) {
    return Builder(Kind::control_error, "control socket: " + text(what) + ": " + e.text())
        .error(e)
        .paced("control:" + text(what));
}

Event hook_failed(std::string_view why) {
    return Builder(Kind::hook_failed, "the hook command could not be told: " + text(why)).paced("hook");
}

Event log_dropped(std::uint64_t events) {
    return Builder(Kind::log_dropped,
                   std::to_string(events) +
                       " log events were dropped because the log was not taken fast enough; "
                       "runs are not affected, `audiencectl runs list` has their outcome")
        .number("DROPPED", events);
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
                   run_name(ref) + " goes on where it was (" + model::to_string(status) + ")")
        .run(ref)
        .field("STATUS", std::string(model::to_string(status)));
}

Event run_planned(const RunRef& ref, const model::Counts& planned) {
    return Builder(Kind::run_planned, run_name(ref) + " is planned: " + summary(planned))
        .run(ref)
        .counts(planned);
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

Event run_finished(const RunRef& ref, const model::Run& run) {
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
            kind = Kind::run_completed_with_rejects;
            message += " completed with rejects: " + outcome(run.counts) + "; `audiencectl runs rejects " +
                       id + "` says why";
            state = "ok";
            break;
        case model::RunStatus::failed:
            kind = Kind::run_failed;
            message += " failed" + because(run.error.empty() ? run.reason : run.error) + " (" +
                       outcome(run.counts) + ")";
            state = "failed";
            break;
        case model::RunStatus::skipped:
            kind = Kind::run_skipped;
            message += " was skipped, nothing was sent" + because(run.reason);
            break;
        case model::RunStatus::cancelled:
            kind = Kind::run_cancelled;
            message += " was cancelled" + because(run.reason) + " (" + outcome(run.counts) + ")";
            state = "ok";
            break;
        default:
            message += " is said to be finished, but is " + std::string(model::to_string(run.status));
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
    if (state) b.attention(key, *state);
    return b;
}

Event run_overdue(std::string_view export_name, SysTime due, std::string_view why) {
    return Builder(Kind::run_overdue,
                   "export " + text(export_name) + " was due at " + to_iso8601(due) + because(why))
        .field("EXPORT", export_name)
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

Event needs_sign_in(std::string_view connection, std::string_view provider, std::string_view why) {
    Builder b = connection_event(Kind::needs_sign_in,
                                 "connection " + text(connection) + " needs signing in again" + because(why) +
                                     "; run `audiencectl connection authenticate " + text(connection) + "`",
                                 connection, provider);
    return b.attention("connection:" + text(connection), "needs_sign_in");
}

Event connection_ready(std::string_view connection, std::string_view provider) {
    Builder b = connection_event(Kind::connection_ready, "connection " + text(connection) + " is ready",
                                 connection, provider);
    return b.attention("connection:" + text(connection), "ok");
}

Event connection_stopped(std::string_view connection, std::string_view provider, std::string_view why) {
    Builder b = connection_event(
        Kind::connection_stopped,
        "connection " + text(connection) + " stopped itself, nothing more is sent" + because(why) +
            "; look at the account, then `audiencectl connection test " + text(connection) + "`",
        connection, provider);
    return b.attention("connection:" + text(connection), "stopped");
}

Event sign_in_expires(std::string_view connection, std::string_view provider, SysTime at) {
    Builder b = connection_event(Kind::sign_in_expires,
                                 "the sign-in of connection " + text(connection) + " expires at " +
                                     to_iso8601(at) + "; run `audiencectl connection authenticate " +
                                     text(connection) + "` before then",
                                 connection, provider);
    return b.field("EXPIRES", to_iso8601(at)).attention("connection:" + text(connection), "expires_soon");
}

Event schedule_set(std::string_view key, std::string_view calendar, std::string_view timezone,
                   std::string_view by) {
    const std::string what = calendar.empty() ? "is off" : "is " + text(calendar) + " in " + text(timezone);
    return Builder(Kind::schedule_set, "schedule " + text(key) + " " + what + ", set by " + text(by))
        .field("SCHEDULE", key)
        .field("CALENDAR", calendar)
        .field("TIMEZONE", timezone)
        .field("BY", by);
}

Event schedule_missed(std::string_view key, SysTime due) {
    return Builder(Kind::schedule_missed, "schedule " + text(key) + " was due at " + to_iso8601(due) +
                                              " and is made up for now by one run")
        .field("SCHEDULE", key)
        .field("DUE", to_iso8601(due));
}

Event schedule_invalid(std::string_view key, const Error& e) {
    return Builder(Kind::schedule_invalid, "schedule " + text(key) + " cannot be followed: " + e.text())
        .field("SCHEDULE", key)
        .error(e)
        .paced("schedule:" + text(key));
}

}  // namespace audienced::log
