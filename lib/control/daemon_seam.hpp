// The live daemon as the control socket sees it: everything that is neither in the database nor in a request.
// The daemon implements it over its runner, providers and sources; tests script it. Only lib/control includes
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aio/awaitable.hpp"
#include "model/connection.hpp"
#include "model/export.hpp"
#include "model/run.hpp"
#include "model/source.hpp"
#include "plan/guess_mapping.hpp"

namespace audienced::control {

/// Who we are at the provider.
struct AccountView {
    std::string id, name, role;
};

/// An export against the live account.
struct ExportCheck {
    struct Field {
        std::string attribute;  // of the segment
        std::string field;      // as mapped: FNAME, first_name
        std::string wire;       // what the provider calls it
        std::string label, type;
    };
    std::string destination_name;
    std::uint64_t destination_members = 0;
    std::vector<Field> fields;
    std::vector<std::string> created_fields;  // wire names that this check made (only when asked to)
    std::vector<std::string> groups;          // titles of the tags or lists that members will be put into
    std::vector<std::string> warnings;        // sentences; nothing that prevents a run
    /// What prevents a run, most basic first (connection, destination, source, segments, columns, fields).
    /// `export add` is refused with the first of them, and its code becomes the exit code: not_found for a
    /// wrong destination, an unknown column or a missing field; wrong_state for what somebody must do first;
    /// usage for a mapping that contradicts itself.
    std::vector<Error> problems;
};

/// The plan of an export, and some of its rows as they would be sent.
struct Preview {
    struct Row {
        std::string change;   // "add", "update", "remove"
        std::string address;  // clear; lib/control masks it before it leaves the process
        std::vector<std::pair<std::string, std::string>> values;  // wire name, value
        std::vector<std::string> groups;                          // titles
    };
    model::Counts counts;      // as a run would find them now; `removed` stands apart
    std::uint64_t ledger = 0;  // members that are known to be delivered
    /// What the guards would do: skipped or held with `reason`; none: the run would deliver.
    std::optional<model::RunStatus> guard;
    std::string reason;
    std::vector<Row> rows;  // at most `limit`
};

struct SegmentDescription {
    std::vector<std::string> columns;
    std::optional<std::uint64_t> rows;  // rejects included; none: unknown
    std::string rows_unknown;           // why, if there is more to say
    plan::MappingGuess guess;
};

struct SegmentSample {
    std::vector<std::string> columns;
    std::vector<std::vector<std::optional<std::string>>>
        rows;  // clear; lib/control masks what looks like an address
};

/// How far a run is; of runs under way only.
struct Progress {
    model::RunStatus status = model::RunStatus::queued;
    std::uint64_t done = 0,
                  total = 0;  // members settled, members to deliver (added + updated + removed of the plan)
    double rate = 0;          // members per second over the last while
    std::string waiting_for;  // "the day's budget of calls, until 00:00 UTC"; empty: for nothing
};

/// One line of a run's story. `seq` grows by one from 1, per run and per life of the daemon.
struct RunEvent {
    std::uint64_t seq = 0;
    SysTime at;
    Progress progress;
    std::string text;  // one sentence for people; may be empty (only the numbers moved)
};

/// A limiter: who may call how often, and how things stand.
struct LimiterView {
    std::string share_key;  // account or application key: a name, no secret
    unsigned in_flight = 0, waiting = 0;
    std::uint64_t spent_today = 0, per_day = 0;  // per_day 0: no such limit
    std::optional<SysTime> blocked_until;
};

/// When a schedule is due next. `key` is "refresh" or "export:NAME".
struct Due {
    std::string key;
    SysTime next;
};

/// A sign-in that goes on in the daemon: either a browser is sent to `url` and comes back to `redirect_uri`,
/// or a person types `user_code` at `verification_uri`.
struct SignInView {
    std::string id;
    std::string url, redirect_uri;
    std::string user_code, verification_uri, verification_uri_complete;
    SysTime expires_at;
};
struct SignInRequest {
    std::string connection;
    bool device = false;
    std::string listen;     // ADDR:PORT; empty: the default
    std::int64_t uid = -1;  // for the audit
    std::string user;
};

/// Io thread only. Definitions are passed by value because they may not be stored yet; what else is needed
/// (credentials and secrets of what is stored) the implementation reads from the store itself. Calls that
/// suspend end with Errc::cancelled when their coroutine is cancelled (the client went away) and leave
/// nothing behind.
class Live {
public:
    virtual ~Live() = default;

    /// Proves access with exactly these credentials, changes nothing. `connection` may not be stored yet.
    /// Errors: auth, network, tls, timeout, refused, bad_answer.
    virtual awaitable<result<AccountView>> check_connection(model::Connection connection,
                                                            model::Credentials credentials) = 0;
    /// Begins to sign in; ends an earlier sign-in of the same connection. Errors: usage, not_found,
    /// wrong_state, auth, network.
    virtual awaitable<result<SignInView>> start_sign_in(SignInRequest) {
        co_return make_error(Errc::wrong_state, "this daemon signs nobody in");
    }
    /// The account once that sign-in succeeded and is stored; nothing when the deadline passes first. Errors:
    /// not_found (no such sign-in any more), and why it failed.
    virtual awaitable<result<std::optional<AccountView>>> await_sign_in(std::string, std::string, Deadline) {
        co_return make_error(Errc::not_found, "this daemon signs nobody in");
    }
    /// Proves and stores tokens got elsewhere. Errors: as check_connection; wrong_state.
    virtual awaitable<result<AccountView>> import_token(SignInRequest, model::Credentials) {
        co_return make_error(Errc::wrong_state, "this daemon signs nobody in");
    }
    /// Source, segments, columns, destination, fields, groups. The connection and the segments are stored;
    /// the export may not be. Writes nothing, unless `create_fields`: then missing provider fields are made
    /// once nothing else is wrong. An Error means that it could not be checked at all (network ...).
    virtual awaitable<result<ExportCheck>> check_export(model::Export definition, bool create_fields) = 0;
    /// Plans as a run would, sends nothing. Errors: not_ready, not_found, auth, network ...
    virtual awaitable<result<Preview>> preview_export(model::Export definition, std::size_t limit) = 0;

    /// One line for people. Errors: not_ready, not_found ...
    virtual awaitable<result<std::string>> test_source(model::Source source) = 0;
    virtual awaitable<result<SegmentDescription>> describe_segment(model::Segment segment) = 0;
    virtual awaitable<result<SegmentSample>> preview_segment(model::Segment segment, std::size_t limit) = 0;

    /// Said after the store knows: a run is queued, its cancel_requested or approved flag is set.
    virtual void run_queued(model::RunId) = 0;
    virtual void cancel_run(model::RunId) = 0;
    virtual void approve_run(model::RunId) = 0;
    /// The refresh schedule or an export's own changed, or an export came, went, was enabled or disabled.
    virtual void schedules_changed() = 0;
    /// Edited, removed, consent given or withdrawn, signed in: forget what is cached of it.
    virtual void connection_changed(std::string name) = 0;
    virtual void source_changed(std::string name) = 0;

    virtual std::optional<Progress> progress(model::RunId) = 0;  // none: not under way in this process
    /// Events with seq > after_seq, oldest first, as soon as there is one; empty when the deadline passes, at
    /// once when the run is not under way. An after_seq that this process never gave out (it restarted)
    /// counts as 0. Keeps the last 1,000 of a run: a slow reader misses older ones, and never slows the run.
    virtual awaitable<result<std::vector<RunEvent>>> next_run_events(model::RunId run,
                                                                     std::uint64_t after_seq,
                                                                     Deadline deadline) = 0;

    virtual std::vector<LimiterView> limits() = 0;
    virtual std::vector<Due> next_due() = 0;
    virtual std::string version() const = 0;
    virtual SysTime started_at() const = 0;
};

}  // namespace audienced::control
