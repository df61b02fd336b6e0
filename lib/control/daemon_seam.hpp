// The live daemon as the control socket sees it: everything that is neither in the database nor in a request.
// The daemon implements it over its runner, providers and sources; tests script it. Only lib/control includes
// it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aio/awaitable.hpp"
#include "inspect/check.hpp"
#include "inspect/describe_segment.hpp"
#include "inspect/doctor/judge.hpp"
#include "inspect/explain/facts.hpp"
#include "inspect/one_contact.hpp"
#include "inspect/preview.hpp"
#include "inspect/sample_segment.hpp"
#include "inspect/verify/verify.hpp"
#include "model/connection.hpp"
#include "model/export.hpp"
#include "model/source.hpp"
#include "model/subject_state.hpp"
#include "notify/notifier.hpp"
#include "provider/limiter.hpp"
#include "run/backup.hpp"
#include "run/event_log.hpp"
#include "run/forget.hpp"
#include "run/sign_in/request.hpp"
#include "schedule/scheduler.hpp"
#include "store/rotation.hpp"

namespace audienced::control {

/// Io thread only. Definitions are passed by value because they may not be stored yet; what else is needed
/// (credentials and secrets of what is stored) the implementation reads from the store itself. Calls that
/// suspend end with Errc::cancelled when their coroutine is cancelled (the client went away) and leave
/// nothing behind.
class Live {
public:
    virtual ~Live() = default;

    /// Proves access with exactly these credentials, changes nothing. `connection` may not be stored yet.
    /// Errors: auth, network, tls, timeout, refused, bad_answer.
    virtual awaitable<result<provider::Account>> check_connection(model::Connection connection,
                                                                  model::Credentials credentials) = 0;
    /// The audiences or lists of the account, with their fields. Errors: as check_connection; wrong_state.
    virtual awaitable<result<std::vector<provider::Destination>>> list_destinations(
        model::Connection connection) = 0;
    /// Begins to sign in; ends an earlier sign-in of the same connection. Errors: usage, not_found,
    /// wrong_state, auth, network.
    virtual awaitable<result<run::SignInStarted>> start_sign_in(run::SignInRequest) {
        co_return make_error(Errc::wrong_state, "sign-in is off in this daemon");
    }
    /// The account once that sign-in succeeded and is stored; nothing when the deadline passes first. Errors:
    /// not_found (no such sign-in any more), and why it failed.
    virtual awaitable<result<std::optional<provider::Account>>> await_sign_in(std::string, std::string,
                                                                              Deadline) {
        co_return make_error(Errc::not_found, "sign-in is off in this daemon");
    }
    /// Proves and stores tokens got elsewhere. Errors: as check_connection; wrong_state.
    virtual awaitable<result<provider::Account>> import_token(std::string, model::Credentials,
                                                              run::SignInBy) {
        co_return make_error(Errc::wrong_state, "sign-in is off in this daemon");
    }
    /// Source, segments, columns, destination, fields, groups, as far as the scope goes. The connection and
    /// the segments are stored; the export may not be. Writes nothing, unless `create_fields`: then missing
    /// provider fields are made once nothing else is wrong. An Error means that it could not be checked at
    /// all (network ...).
    virtual awaitable<result<inspect::Check>> check_export(model::Export definition, bool create_fields,
                                                           inspect::Scope scope) = 0;
    /// The same, with `drafts` in front of what is stored; makes no fields.
    virtual awaitable<result<inspect::Check>> check_draft_export(model::Export definition,
                                                                 inspect::Scope scope,
                                                                 run::DraftsPtr drafts) = 0;
    /// Plans as a run would, sends nothing. Errors: not_ready, not_found, auth, network ...
    virtual awaitable<result<inspect::Preview>> preview_export(model::Export definition,
                                                               std::size_t limit) = 0;

    /// The contact of this address as the provider shows it. Errors: auth, network, not_found ...
    virtual awaitable<result<inspect::OneContact>> read_contact(model::Export, std::string) {
        co_return make_error(Errc::wrong_state, "no provider is asked in this daemon");
    }

    /// A credential of the service, see vault/credential.hpp; on a thread that may block.
    virtual awaitable<result<std::string>> read_credential(std::string name) = 0;
    /// As inspect::explain_address().
    virtual awaitable<result<inspect::Explanation>> explain_address(model::Export, std::string) {
        co_return make_error(Errc::wrong_state, "this daemon explains nothing");
    }

    /// As inspect::verify_export().
    virtual awaitable<result<inspect::Verification>> verify_export(model::Export, inspect::VerifyOptions) {
        co_return make_error(Errc::wrong_state, "this daemon verifies nothing");
    }

    /// As unknown_names() of peer.hpp, on a thread that may block.
    virtual awaitable<std::vector<std::string>> unknown_names(std::vector<std::string> users,
                                                              std::vector<std::string> groups) = 0;

    /// One line for people. Errors: not_ready, not_found ...
    virtual awaitable<result<std::string>> test_source(model::Source source) = 0;
    virtual awaitable<result<inspect::SegmentSummary>> describe_segment(model::Segment segment) = 0;
    virtual awaitable<result<inspect::SegmentSummary>> describe_draft_segment(model::Segment segment,
                                                                              run::DraftsPtr drafts) = 0;
    virtual awaitable<result<inspect::SegmentSample>> preview_segment(model::Segment segment,
                                                                      std::size_t limit) = 0;

    /// Said after the store knows: a run is queued, its cancel_requested or approved flag is set.
    virtual void run_queued(model::RunId) = 0;
    virtual void cancel_run(model::RunId) = 0;
    virtual void approve_run(model::RunId) = 0;
    /// Said after the store knows, before the caller hears of it: from now on the runs under way send nothing
    /// new, and held plans expire. `why`: plan_expired (edited: they plan anew), else they end with it.
    virtual void revoke_connection(std::string name, Error why) = 0;
    virtual void revoke_export(std::string name, Error why) = 0;
    /// The refresh schedule or an export's own changed, or an export came, went, was enabled or disabled.
    virtual void schedules_changed() = 0;
    /// Edited, removed, consent given or withdrawn, signed in: forget what is cached of it.
    virtual void connection_changed(std::string name) = 0;
    /// It needed a person, and does not any more.
    virtual void connection_ready(std::string name, std::string provider) = 0;
    virtual void source_changed(std::string name) = 0;

    virtual std::size_t runs_at_once() const = 0;
    /// How long a scheduled run may take.
    virtual std::chrono::seconds overdue_after() const = 0;
    virtual std::optional<run::Progress> progress(model::RunId) = 0;  // none: not under way in this process
    /// Events with seq > after_seq, oldest first, as soon as there is one; empty when the deadline passes, at
    /// once when the run is not under way. An after_seq that this process never gave out (it restarted)
    /// counts as 0. Keeps the last 1,000 of a run: a slow reader misses older ones, and never slows the run.
    virtual awaitable<result<std::vector<run::RunEvent>>> next_run_events(model::RunId run,
                                                                          std::uint64_t after_seq,
                                                                          Deadline deadline) = 0;

    /// Each state that lasts, of which people were told: see docs/NOTIFICATIONS.md.
    virtual std::vector<model::SubjectState> lasting_states() const { return {}; }
    /// Sends a test by each way that tells people, and gives what each answered.
    virtual awaitable<result<std::vector<notify::WayTest>>> test_hooks() {
        co_return std::vector<notify::WayTest>();
    }

    /// As inspect::doctor::examine() of this daemon.
    virtual awaitable<result<inspect::doctor::Findings>> examine(bool) {
        co_return inspect::doctor::Findings();
    }

    /// A new master key, and everything sealed under it; goes on whatever becomes of the caller. Errors:
    /// wrong_state (the key is a credential, or a change is under way), store_*.
    struct RotatedKeys {
        std::string key_id, key_file;
        store::Resealed count;
    };
    virtual awaitable<result<RotatedKeys>> rotate_keys(store::AuditRow) {
        co_return make_error(Errc::wrong_state, "the master key of this daemon stays");
    }

    /// Forgets a normalised address for good. Errors: store_*, bad_config.
    /// What forget() would find of the address; changes nothing.
    virtual awaitable<result<run::ForgetOutcome>> would_forget(std::string) {
        co_return make_error(Errc::wrong_state, "this daemon forgets nothing");
    }
    virtual awaitable<result<run::ForgetOutcome>> forget(std::string, store::AuditRow) {
        co_return make_error(Errc::wrong_state, "this daemon forgets nothing");
    }

    /// What belongs to a backup beside the database.
    struct BackupFacts {
        std::string state_dir, config_file;
        bool key_is_credential = false;
    };
    virtual BackupFacts backup_facts() const { return {}; }
    virtual awaitable<result<std::unique_ptr<run::Backup>>> make_backup(store::AuditRow) {
        co_return make_error(Errc::wrong_state, "this daemon makes no backup");
    }

    virtual std::vector<provider::Limiter::View> limits() = 0;
    virtual std::vector<schedule::Scheduler::View> schedules() = 0;
    /// Of this machine; an IANA name. Reads a small file.
    virtual std::string host_timezone() const = 0;
    virtual std::string version() const = 0;
    virtual SysTime started_at() const = 0;
};

}  // namespace audienced::control
