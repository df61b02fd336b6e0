// /v1/status: the state of daemon, connections and exports.
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "control/handlers/change.hpp"
#include "control/handlers/connection_access.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/run_facts.hpp"
#include "control/handlers/standings.hpp"
#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"
#include "store/definitions.hpp"
#include "store/restore.hpp"
#include "store/rotation.hpp"
#include "store/runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

/// What the database knows of it, read in one call on the store thread.
struct Snapshot {
    std::size_t sources = 0, segments = 0;  // that the caller sees
    std::vector<model::Connection> connections;
    Standings standings;
    std::vector<model::Run> open_runs, shown_runs;  // oldest first; all, and those that the caller sees
    std::optional<store::Origin> origin;
    bool key_change_unfinished = false;
    std::vector<std::string> to_settle;  // exports of which no run has completed since the restore
};

result<Snapshot> take_snapshot(store::Database& db, const Caller& caller, const Outlook& outlook) {
    Snapshot out;
    auto visible = visible_to(db, caller);
    if (!visible) return visible.error();
    auto sources = store::list_sources(db);
    if (!sources) return sources.error();
    auto segments = store::list_segments(db);
    if (!segments) return segments.error();
    std::set<std::string> read_from;
    for (const auto& one : *segments) {
        if (!visible->has_segment(one.name)) continue;
        ++out.segments;
        read_from.insert(one.source);
    }
    out.sources = visible->all ? sources->size() : read_from.size();
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    out.connections = std::move(*connections);
    auto standings = read_standings(db, caller, outlook);
    if (!standings) return standings.error();
    out.standings = std::move(*standings);
    auto open = store::open_runs(db);
    if (!open) return open.error();
    for (const model::Run& one : *open)
        if (visible->has_run(one)) out.shown_runs.push_back(as_seen(caller, one));
    out.open_runs = std::move(*open);
    auto origin = store::get_origin(db);
    if (!origin) return origin.error();
    out.origin = std::move(*origin);
    auto to_settle = store::exports_to_settle(db);
    if (!to_settle) return to_settle.error();
    for (std::string& name : *to_settle)
        if (visible->has_export(name)) out.to_settle.push_back(std::move(name));
    return out;
}

using DueTimes = std::map<std::string, SysTime>;

json next_of(const DueTimes& due, const std::string& key) {
    const auto it = due.find(key);
    return it == due.end() ? json(nullptr) : json(to_iso8601(it->second));
}

json connection_line(const Caller& caller, const model::Connection& connection) {
    const json seen = seen_by(caller, connection);
    json brief;
    for (const char* key : {"name", "title", "provider", "auth", "state", "state_reason"})
        if (seen.contains(key)) brief[key] = seen[key];
    brief["consent"] = connection.has_consent();
    return brief;
}

/// The time zone that people think of its times in: see NextRun.
json zone_of(const model::Export& e, const std::optional<store::RefreshSchedule>& refresh) {
    if (!e.timezone.empty()) return e.timezone;
    return refresh ? json(refresh->timezone) : json(nullptr);
}

json export_line(const ExportStanding& standing, const Snapshot& snapshot, const DueTimes& due) {
    const auto& e = standing.definition;
    const auto& last_run = standing.last_run;
    json out;
    out["name"] = e.name;
    out["title"] = e.title;
    out["connection"] = e.connection.empty() ? json(nullptr) : json(e.connection);
    out["enabled"] = e.enabled;
    out["schedule"] = e.schedule;
    out["zone"] = zone_of(e, snapshot.standings.refresh);
    out["next_run"] = nullptr;
    if (e.enabled && !e.connection.empty() && e.schedule != "manual")
        out["next_run"] = next_of(due, e.schedule == "refresh" ? "refresh" : "export:" + e.name);
    out["last_run"] = nullptr;
    if (last_run) {
        json last;
        last["id"] = last_run->id;
        last["status"] = to_string(last_run->status);
        last["reason"] = last_run->reason;
        last["error"] = last_run->error.empty() ? json(nullptr) : json(last_run->error);
        last["queued_at"] = to_iso8601(last_run->queued_at);
        last["started_at"] = json_of(last_run->started_at);
        last["finished_at"] = json_of(last_run->finished_at);
        last["next_try"] = json_of(last_run->next_try);
        last["approved"] = last_run->approved;
        last["cancel_requested"] = last_run->cancel_requested;
        out["last_run"] = std::move(last);
    }
    return out;
}

json run_line(const model::Run& run, const std::vector<model::Run>& open, Live& live, const Caller& caller) {
    json out;
    out["id"] = run.id;
    out["export"] = run.export_name;
    out["trigger"] = to_string(run.trigger);
    out["status"] = to_string(run.status);
    out["reason"] = run.reason;
    out["queued_at"] = to_iso8601(run.queued_at);
    out["started_at"] = json_of(run.started_at);
    add_progress(out, run, open, live, caller);
    return out;
}

json restored_json(const Snapshot& snapshot) {
    if (!snapshot.origin || !snapshot.origin->restored_at) return nullptr;
    json out;
    out["at"] = to_iso8601(*snapshot.origin->restored_at);
    out["by"] = snapshot.origin->restored_by;
    out["backup_at"] = to_iso8601(snapshot.origin->backup_at);
    out["not_run_since"] = snapshot.to_settle;
    return out;
}

/// Until everything is sealed under the new key.
json key_finding() {
    json out;
    out["subject"] = "master_key";
    out["export"] = out["run"] = out["since"] = nullptr;
    out["title"] = out["zone"] = "";
    out["state"] = "change_unfinished";
    out["reason"] = store::unfinished_rotation;
    out["next"] = "audiencectl doctor";
    return out;
}

/// Exports that need a person, connections, the daemon.
json attention_of(const Snapshot& snapshot, const Outlook& outlook, const Caller& caller) {
    json out = findings_of(snapshot.standings, outlook, caller);
    for (json& one : connection_findings(snapshot.connections, outlook, caller))
        out.push_back(std::move(one));
    if (snapshot.key_change_unfinished && reads_everything(caller)) out.push_back(key_finding());
    return out;
}

awaitable<result<Reply>> status(Context& context, Request request) {
    const Outlook outlook = outlook_of(context);
    auto read = [&](store::Database& db, const vault::Vault& vault) {
        auto out = take_snapshot(db, request.caller, outlook);
        if (out) out->key_change_unfinished = vault.has_former();
        return out;
    };
    auto snapshot = co_await look_up(context, std::move(read));
    if (!snapshot) co_return snapshot.error();
    Live& live = *context.live;
    DueTimes due;
    for (const auto& one : live.schedules())
        if (one.next) due[one.key] = *one.next;

    json connections = json::array(), exports = json::array(), runs = json::array(), limits = json::array();
    for (const auto& one : snapshot->connections)
        if (sees(request.caller, one)) connections.push_back(connection_line(request.caller, one));
    for (const auto& one : snapshot->standings.exports) exports.push_back(export_line(one, *snapshot, due));
    for (const auto& one : snapshot->shown_runs)
        runs.push_back(run_line(one, snapshot->open_runs, live, request.caller));
    if (request.caller.role == Role::administrator)
        for (const auto& one : live.limits()) limits.push_back(json_of(one));
    const auto& schedule = snapshot->standings.refresh;
    json refresh;
    refresh["calendar"] = schedule ? json(schedule->calendar) : json(nullptr);
    refresh["timezone"] = schedule ? json(schedule->timezone) : json(nullptr);
    refresh["next"] = next_of(due, "refresh");

    json out;
    out["version"] = live.version();
    out["started_at"] = to_iso8601(live.started_at());
    out["user"] = request.caller.peer.user;
    out["role"] = to_string(request.caller.role);
    out["sources"] = snapshot->sources;
    out["segments"] = snapshot->segments;
    out["attention"] = attention_of(*snapshot, outlook, request.caller);
    out["restored"] = restored_json(*snapshot);
    out["connections"] = std::move(connections);
    out["exports"] = std::move(exports);
    out["runs"] = std::move(runs);
    out["schedule"] = std::move(refresh);
    out["limits"] = std::move(limits);
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> status_routes() {
    return {{"GET", "/v1/status", Action::see_status, status}};
}

}  // namespace audienced::control
