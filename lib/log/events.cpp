#include "log/builder.hpp"

namespace audienced::log {
namespace {

Builder connection_event(Kind kind, std::string message, std::string_view connection,
                         std::string_view provider) {
    Builder b(kind, std::move(message));
    b.field("CONNECTION", connection).field("PROVIDER", provider);
    return b;
}

}  // namespace

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

Event start_failed(std::string_view what, const Error& e, int exit_status) {
    return Builder(Kind::start_failed,
                   "audienced cannot start: " + (what.empty() ? "" : text(what) + ": ") + e.text())
        .error(e)
        .number("EXIT_STATUS", static_cast<std::uint64_t>(exit_status));
}

Event config_invalid(std::string_view file, const Error& e) {
    return Builder(Kind::config_invalid, text(file) + ": " + e.text()).field("CONFIG_FILE", file).error(e);
}

Event config_doubtful(std::string_view file, std::string_view finding) {
    return Builder(Kind::config_doubtful, text(file) + ": " + text(finding)).field("CONFIG_FILE", file);
}

Event config_reloaded(std::string_view file, const std::vector<std::string>& need_restart) {
    std::string names;
    for (const std::string& name : need_restart) names += (names.empty() ? "" : ", ") + text(name);
    const std::string waits = names.empty() ? "" : "; changed, and counts after a restart only: " + names;
    return Builder(Kind::config_reloaded, "configuration reloaded from " + text(file) + waits)
        .field("CONFIG_FILE", file);
}

Event store_trouble(const Error& e) {
    Builder b(Kind::store_trouble, "the database could not be used: " + e.text());
    b.error(e).paced(std::string("store:") + to_string(e.code));
    if (e.code == Errc::store_full) b.attention("daemon", "disk_full");
    return b;
}

Event internal_error(std::string_view task, std::string_view what) {
    return Builder(Kind::internal_error, "bug: task " + text(task) + " ended with an exception: " +
                                             text(what) + "; the daemon continues, please report it")
        .field("TASK", task);
}

Event control_error(std::string_view what, const Error& e) {
    return Builder(Kind::control_error, "control socket: " + text(what) + ": " + e.text())
        .error(e)
        .paced("control:" + text(what));
}

Event hook_failed(std::string_view way, std::string_view why) {
    return Builder(Kind::hook_failed, text(way) + " did not take a message" + because(why) +
                                          "; it is sent again until it is taken")
        .field("WAY", way)
        .paced("hook:" + text(way));
}

Event attention_ended(std::string_view subject, std::string_view state, std::string_view why) {
    return Builder(Kind::attention_ended, text(subject) + " is no longer " + text(state) + because(why))
        .field("SUBJECT", subject)
        .field("STATE", state)
        .field("REASON", why);
}

Event log_dropped(std::uint64_t events) {
    return Builder(Kind::log_dropped,
                   std::to_string(events) +
                       " log events were dropped because the log could not be written fast enough; "
                       "runs are not affected, `audiencectl runs list` has their outcome")
        .number("DROPPED", events);
}

Event state_restored(SysTime backup_at, SysTime restored_at, std::string_view by,
                     std::optional<SysTime> forgets_lost_since) {
    std::string words = "the state is that of the backup of " + to_iso8601(backup_at) + ", restored by " +
                        text(by) + " at " + to_iso8601(restored_at) +
                        "; everything is read from the providers anew before anything is sent";
    if (forgets_lost_since)
        words += "; repeat each forget since " + to_iso8601(*forgets_lost_since) +
                 ", which are not known: audiencectl forget EMAIL; then approve the held runs";
    return Builder(Kind::state_restored, std::move(words))
        .field("BACKUP_AT", to_iso8601(backup_at))
        .field("RESTORED_AT", to_iso8601(restored_at))
        .field("RESTORED_BY", by)
        .field("FORGETS_LOST_SINCE", forgets_lost_since ? to_iso8601(*forgets_lost_since) : std::string());
}

Event audit_doubtful(std::string_view doubt) {
    return Builder(Kind::audit_doubtful, text(doubt) + "; audiencectl doctor goes on saying so")
        .field("REASON", doubt);
}

Event forgets_applied(std::size_t forgets) {
    return Builder(Kind::forgets_applied,
                   std::to_string(forgets) +
                       " forgotten addresses that the database still had are forgotten again")
        .number("FORGETS", forgets);
}

Event forget_journal_damaged(std::size_t lines) {
    return Builder(Kind::forget_journal_damaged,
                   std::to_string(lines) +
                       " lines of the journal of forgets are damaged; what the database knows was written "
                       "again. If an older database was put in place by other means than --restore, repeat "
                       "each forget since its day: audiencectl forget")
        .number("LINES", lines);
}

Event keys_rotated(std::uint64_t values, std::uint64_t unreadable) {
    std::string message = "everything is sealed under the new master key (" + std::to_string(values) +
                          " values), and the former key is gone";
    if (unreadable > 0)
        message +=
            "; " + std::to_string(unreadable) + " values were damaged before, and are left as they are";
    return Builder(Kind::keys_rotated, message).number("VALUES", values).number("UNREADABLE", unreadable);
}

Event needs_sign_in(std::string_view connection, std::string_view provider, std::string_view why,
                    model::AuthKind auth) {
    const std::string name = text(connection);
    const std::string what = auth == model::AuthKind::api_key
                                 ? "the API key of connection " + name + " is refused" + because(why) +
                                       "; make a new one and run `audiencectl connection edit " + name +
                                       " --api-key-file FILE`"
                                 : "connection " + name + " needs a new sign-in" + because(why) +
                                       "; run `audiencectl connection authenticate " + name + "`";
    Builder b = connection_event(Kind::needs_sign_in, what, connection, provider);
    return b.attention("connection:" + name, "needs_sign_in");
}

Event connection_ready(std::string_view connection, std::string_view provider) {
    Builder b = connection_event(Kind::connection_ready, "connection " + text(connection) + " is ready",
                                 connection, provider);
    return b.attention("connection:" + text(connection), "ok");
}

Event connection_stopped(std::string_view connection, std::string_view provider, std::string_view why) {
    Builder b = connection_event(Kind::connection_stopped,
                                 "connection " + text(connection) + " stopped itself, nothing more is sent" +
                                     because(why) +
                                     "; look at this contact there, then `audiencectl connection consent " +
                                     text(connection) + " --give`",
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

Event consent_missing(std::string_view connection, std::string_view provider, bool outdated) {
    const std::string lacks =
        outdated ? " has a consent to an earlier text only" : " has no consent to data leaving this machine";
    Builder b = connection_event(Kind::consent_missing,
                                 "connection " + text(connection) + lacks +
                                     ", and its exports do not run; an administrator gives it: audiencectl "
                                     "connection consent " +
                                     text(connection) + " --give",
                                 connection, provider);
    return b.attention("connection:" + text(connection), "no_consent");
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
                                              " but did not start; one run makes up for it now")
        .field("SCHEDULE", key)
        .field("DUE", to_iso8601(due));
}

Event schedule_invalid(std::string_view key, const Error& e) {
    return Builder(Kind::schedule_invalid, "schedule " + text(key) + " cannot be evaluated: " + e.text())
        .field("SCHEDULE", key)
        .error(e)
        .paced("schedule:" + text(key));
}

}  // namespace audienced::log
