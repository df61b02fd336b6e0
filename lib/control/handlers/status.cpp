// /v1/status: the state of daemon, connections and exports.
#include <map>
#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/connection_access.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/run_facts.hpp"
#include "control/json.hpp"
#include "store/definitions.hpp"
#include "store/runs.hpp"
#include "store/schedules.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

/// What the database knows of it, read in one call on the store thread.
struct Snapshot {
    struct ExportState {
        model::Export definition;
        std::optional<model::Run> last_run;
    };
    std::size_t sources = 0, segments = 0;
    std::vector<model::Connection> connections;
    std::vector<ExportState> exports;   // by name
    std::vector<model::Run> open_runs;  // oldest first
    std::optional<store::RefreshSchedule> refresh;
};

result<Snapshot> take_snapshot(store::Database& db) {
    Snapshot out;
    auto sources = store::list_sources(db);
    if (!sources) return sources.error();
    out.sources = sources->size();
    auto segments = store::list_segments(db);
    if (!segments) return segments.error();
    out.segments = segments->size();
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    out.connections = std::move(*connections);
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    for (auto& definition : *exports) {
        auto last = last_run_of(db, definition.name);
        if (!last) return last.error();
        Snapshot::ExportState state;
        state.definition = std::move(definition);
        state.last_run = std::move(*last);
        out.exports.push_back(std::move(state));
    }
    auto open = store::open_runs(db);
    if (!open) return open.error();
    out.open_runs = std::move(*open);
    auto refresh = store::get_refresh_schedule(db);
    if (!refresh) return refresh.error();
    out.refresh = std::move(*refresh);
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
    brief["consent"] = connection.consent.has_value();
    return brief;
}

/// The time zone that people think of its times in: see NextRun.
json zone_of(const model::Export& e, const std::optional<store::RefreshSchedule>& refresh) {
    if (!e.timezone.empty()) return e.timezone;
    return refresh ? json(refresh->timezone) : json(nullptr);
}

json export_line(const Snapshot::ExportState& state, const Snapshot& snapshot, const DueTimes& due) {
    const auto& e = state.definition;
    json out;
    out["name"] = e.name;
    out["title"] = e.title;
    out["connection"] = e.connection.empty() ? json(nullptr) : json(e.connection);
    out["enabled"] = e.enabled;
    out["schedule"] = e.schedule;
    out["zone"] = zone_of(e, snapshot.refresh);
    out["next_run"] = nullptr;
    if (e.enabled && !e.connection.empty() && e.schedule != "manual")
        out["next_run"] = next_of(due, e.schedule == "refresh" ? "refresh" : "export:" + e.name);
    out["last_run"] = nullptr;
    if (state.last_run) {
        json last;
        last["id"] = state.last_run->id;
        last["status"] = to_string(state.last_run->status);
        last["reason"] = state.last_run->reason;
        last["error"] = state.last_run->error.empty() ? json(nullptr) : json(state.last_run->error);
        last["queued_at"] = to_iso8601(state.last_run->queued_at);
        last["started_at"] = json_of(state.last_run->started_at);
        last["finished_at"] = json_of(state.last_run->finished_at);
        last["next_try"] = json_of(state.last_run->next_try);
        last["approved"] = state.last_run->approved;
        last["cancel_requested"] = state.last_run->cancel_requested;
        out["last_run"] = std::move(last);
    }
    return out;
}

json run_line(const model::Run& run, const std::vector<model::Run>& open, Live& live) {
    json out;
    out["id"] = run.id;
    out["export"] = run.export_name;
    out["trigger"] = to_string(run.trigger);
    out["status"] = to_string(run.status);
    out["reason"] = run.reason;
    out["queued_at"] = to_iso8601(run.queued_at);
    out["started_at"] = json_of(run.started_at);
    add_progress(out, run, open, live);
    return out;
}

awaitable<result<Reply>> status(Context& context, Request request) {
    auto read = [](store::Database& db, const vault::Vault&) { return take_snapshot(db); };
    auto snapshot = co_await look_up(context, std::move(read));
    if (!snapshot) co_return snapshot.error();
    Live& live = *context.live;
    DueTimes due;
    for (const auto& one : live.schedules())
        if (one.next) due[one.key] = *one.next;

    json connections = json::array(), exports = json::array(), runs = json::array(), limits = json::array();
    for (const auto& one : snapshot->connections)
        if (sees(request.caller, one)) connections.push_back(connection_line(request.caller, one));
    for (const auto& one : snapshot->exports) exports.push_back(export_line(one, *snapshot, due));
    for (const auto& one : snapshot->open_runs) runs.push_back(run_line(one, snapshot->open_runs, live));
    if (request.caller.role == Role::administrator)
        for (const auto& one : live.limits()) limits.push_back(json_of(one));
    json refresh;
    refresh["calendar"] = snapshot->refresh ? json(snapshot->refresh->calendar) : json(nullptr);
    refresh["timezone"] = snapshot->refresh ? json(snapshot->refresh->timezone) : json(nullptr);
    refresh["next"] = next_of(due, "refresh");

    json out;
    out["version"] = live.version();
    out["started_at"] = to_iso8601(live.started_at());
    out["user"] = request.caller.peer.user;
    out["role"] = to_string(request.caller.role);
    out["sources"] = snapshot->sources;
    out["segments"] = snapshot->segments;
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
