// One function per event kind: `log.write(log::run_started(ref))`.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "log/event.hpp"
#include "model/connection.hpp"
#include "model/run.hpp"

namespace audienced::log {

/// Which run: the fields RUN_ID, EXPORT, CONNECTION and PROVIDER, empty ones left out.
struct RunRef {
    model::RunId id = 0;
    std::string export_name, connection;
    std::string provider;  // "mailchimp", "constant-contact"
};
RunRef run_ref(const model::Run&, std::string connection = {}, std::string provider = {});

// The daemon.
Event daemon_started(std::string_view version, std::string_view state_dir);
Event daemon_stopping(std::string_view why, std::size_t runs_under_way);
Event daemon_drain_expired(std::size_t runs_under_way, std::chrono::seconds waited);
/// The process ends with `exit_status`.
Event start_failed(std::string_view what, const Error&, int exit_status);
Event config_invalid(std::string_view file, const Error&);
/// Valid, but something that the file names is not there.
Event config_doubtful(std::string_view file, std::string_view finding);
/// `need_restart`: names of changed settings that do not count yet.
Event config_reloaded(std::string_view file, const std::vector<std::string>& need_restart = {});
Event store_trouble(const Error&);  // paced
/// A bug: a task ended with an exception.
Event internal_error(std::string_view task, std::string_view what);
Event control_error(std::string_view what, const Error&);  // paced by `what`
/// A receiver did not take a message; it is sent again. `way`: "webhook", "command" ...
Event hook_failed(std::string_view way, std::string_view why);  // paced by `way`
/// A subject ("export:vip") needs no person any more, for a reason that is no event of its own.
Event attention_ended(std::string_view subject, std::string_view state, std::string_view why);
Event log_dropped(std::uint64_t events);
/// `doubt`: what speaks for removed rows, a sentence.
Event audit_doubtful(std::string_view doubt);
/// At the first start after a restore. `forgets_lost_since`: forgets from then on must be repeated.
Event state_restored(SysTime backup_at, SysTime restored_at, std::string_view by,
                     std::optional<SysTime> forgets_lost_since);
/// The journal of forgets had some that the database did not know.
Event forgets_applied(std::size_t forgets);
/// Lines of the journal of forgets cannot be read; what the database knows was written again.
Event forget_journal_damaged(std::size_t lines);
/// Everything is sealed under the new master key, and the former one is gone.
Event keys_rotated(std::uint64_t values, std::uint64_t unreadable);

// A run, in the order of its life.
Event run_queued(const RunRef&, model::Trigger, std::string_view requested_by);
Event run_started(const RunRef&);
/// After a restart; `status` is the one in which it was found.
Event run_resumed(const RunRef&, model::RunStatus status);
Event run_planned(const RunRef&, const model::Counts& planned);
/// So many rows without a readable address put so many removals off; `why` the first row cannot be read.
/// Members that were refused so often that the schedule sends them no more; once, by the run of the last try.
Event rejects_quarantined(const RunRef&, std::uint64_t members);
Event removals_put_off(const RunRef&, std::uint64_t removals, std::uint64_t rows, std::string_view why);
Event run_held(const RunRef&, const model::Counts& planned, std::string_view reason);
Event run_approved(const RunRef&, std::string_view by);
/// The kind follows from run.status, which must be final. Reads reason, error, counts, traffic and times.
/// `known_rejects`: the run before had all of its rejects too.
Event run_finished(const RunRef&, const model::Run&, bool known_rejects = false);
/// Due, but it did not start, or did not finish in time.
Event run_overdue(std::string_view export_name, SysTime due, std::string_view why, model::RunId run = 0);
Event batch_retrying(const RunRef&, std::int64_t batch, int attempt, const Error&,
                     std::chrono::milliseconds wait);   // paced per run
Event waiting_for_quota(const RunRef&, SysTime until);  // paced per run
/// Planned again until then, since its source is not ready.
Event waiting_for_source(const RunRef&, const Error&, SysTime until);  // paced per run

// A connection.
/// `auth` decides what is to be done: a new sign-in, or a new key.
Event needs_sign_in(std::string_view connection, std::string_view provider, std::string_view why,
                    model::AuthKind auth = model::AuthKind::oauth);
/// Signed in, or started again by a person: ends what needs_sign_in, sign_in_expires or connection_stopped
/// began.
Event connection_ready(std::string_view connection, std::string_view provider);
/// The provider's answer showed that a contact was subscribed again, or the like: nothing is sent until a
/// person has checked.
Event connection_stopped(std::string_view connection, std::string_view provider, std::string_view why);
Event sign_in_expires(std::string_view connection, std::string_view provider, SysTime at);
/// Exports use it, and none of them may run.
/// `outdated`: it was given, to an earlier text.
Event consent_missing(std::string_view connection, std::string_view provider, bool outdated);

// Schedules. `key` is "refresh" or "export:NAME".
Event schedule_set(std::string_view key, std::string_view calendar, std::string_view timezone,
                   std::string_view by);
/// Starts between the last served one and now were missed; one run makes up for them.
Event schedule_missed(std::string_view key, SysTime due);
Event schedule_invalid(std::string_view key, const Error&);  // paced per key

}  // namespace audienced::log
