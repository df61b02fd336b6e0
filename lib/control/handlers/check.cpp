// /v1/check: which exports need a person. The judgement is lib/inspect/standing.hpp.
#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/connection_access.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/json.hpp"
#include "inspect/standing.hpp"
#include "schedule/planner.hpp"
#include "store/definitions.hpp"
#include "store/permission.hpp"
#include "store/runs.hpp"
#include "store/schedules.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

/// More than any export has between two good runs, but for one that needs a person anyway.
constexpr std::size_t runs_to_look_at = 50;

/// Of the schedule that starts it; none: no schedule does, or it is not understood (that is an event of its
/// own).
result<std::optional<SysTime>> last_due(store::Database& db, const model::Export& e, SysTime now) {
    const std::optional<SysTime> none;
    if (e.schedule == "manual") return none;
    std::string key = "export:" + e.name, calendar_text = e.schedule, zone_name = e.timezone;
    if (e.schedule == "refresh") {
        auto refresh = store::get_refresh_schedule(db);
        if (!refresh) return refresh.error();
        if (!*refresh) return none;
        key = "refresh";
        calendar_text = (*refresh)->calendar;
        zone_name = (*refresh)->timezone;
    }
    const auto calendar = schedule::parse_calendar(calendar_text);
    const auto zone = schedule::find_zone(zone_name);
    if (!calendar || !zone) return none;
    auto served = store::last_served(db, key);
    if (!served) return served.error();
    return inspect::due_start(e, schedule::latest_until(*calendar, *zone, now), *served);
}

/// What keeps it from running. A caller who may not see the connection learns that there is something.
result<std::optional<inspect::Obstacle>> obstacle(store::Database& db, const Caller& caller,
                                                  const model::Export& e) {
    std::optional<inspect::Obstacle> out;
    if (e.connection.empty()) {
        out = {"it has no connection", "audiencectl export attach " + e.name + " --connection NAME"};
        return out;
    }
    auto connection = store::get_connection(db, e.connection);
    if (!connection) return connection.error();
    if (auto allowed = store::may_run(*connection); !allowed)
        out = {allowed.error().message, allowed.error().hint};
    if (out && !sees(caller, *connection)) out = {"its connection needs an administrator", ""};
    return out;
}

result<inspect::ExportFacts> facts_of(store::Database& db, const Caller& caller, model::Export e,
                                      SysTime now) {
    inspect::ExportFacts out;
    auto runs = store::list_runs(db, e.name, runs_to_look_at);
    if (!runs) return runs.error();
    auto due = last_due(db, e, now);
    if (!due) return due.error();
    auto cannot = obstacle(db, caller, e);
    if (!cannot) return cannot.error();
    out.runs = std::move(*runs);
    out.due = *due;
    out.cannot_run = std::move(*cannot);
    out.definition = std::move(e);
    return out;
}

json finding(const model::Export& e, const inspect::Standing& standing, const std::string& refresh_zone) {
    json out;
    out["export"] = e.name;
    out["title"] = e.title;
    out["state"] = to_string(standing.state);
    out["run"] = standing.run == 0 ? json(nullptr) : json(standing.run);
    out["since"] = json_of(standing.since);
    out["zone"] = e.timezone.empty() ? refresh_zone : e.timezone;
    out["reason"] = standing.reason;
    out["next"] = standing.next;
    return out;
}

result<json> check_all(store::Database& db, const Caller& caller, SysTime now,
                       std::chrono::seconds time_to_complete) {
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    auto refresh = store::get_refresh_schedule(db);
    if (!refresh) return refresh.error();
    const std::string refresh_zone = *refresh ? (*refresh)->timezone : "";
    json findings = json::array();
    std::size_t enabled = 0;
    for (auto& one : *exports) {
        if (!one.enabled) continue;
        ++enabled;
        auto facts = facts_of(db, caller, std::move(one), now);
        if (!facts) return facts.error();
        const auto standing = inspect::judge(*facts, now, time_to_complete);
        if (standing.state != inspect::Standing::State::fine)
            findings.push_back(finding(facts->definition, standing, refresh_zone));
    }
    json out;
    out["ok"] = findings.empty();
    out["at"] = to_iso8601(now);
    out["exports"] = exports->size();
    out["enabled"] = enabled;
    out["findings"] = std::move(findings);
    return out;
}

awaitable<result<Reply>> check(Context& context, Request request) {
    const SysTime now = context.time->now();
    const auto time_to_complete = context.live->overdue_after();
    auto read = [&](store::Database& db, const vault::Vault&) {
        return check_all(db, request.caller, now, time_to_complete);
    };
    auto out = co_await look_up(context, std::move(read));
    if (!out) co_return out.error();
    co_return json_reply(*out);
}

}  // namespace

std::vector<Route> check_routes() {
    return {{"GET", "/v1/check", Action::see_status, check}};
}

}  // namespace audienced::control
