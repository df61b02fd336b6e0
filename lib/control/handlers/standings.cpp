#include "control/handlers/standings.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "control/handlers/connection_access.hpp"
#include "control/handlers/run_facts.hpp"
#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"
#include "schedule/planner.hpp"
#include "store/definitions.hpp"
#include "store/permission.hpp"
#include "store/runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

/// The last start of a schedule until now, and the last one that was served.
struct LastStart {
    SysTime due;
    std::optional<SysTime> served;
};

/// None: the schedule is not understood (that is an event of its own).
result<std::optional<LastStart>> last_start(store::Database& db, const std::string& key,
                                            const std::string& calendar_text, const std::string& zone_name,
                                            SysTime now) {
    std::optional<LastStart> out;
    const auto calendar = schedule::parse_calendar(calendar_text);
    const auto zone = schedule::find_zone(zone_name);
    if (!calendar || !zone) return out;
    auto served = store::last_served(db, key);
    if (!served) return served.error();
    out = LastStart{schedule::latest_until(*calendar, *zone, now), *served};
    return out;
}

/// What the exports have in common.
struct Shared {
    std::optional<LastStart> refresh;
    std::map<std::string, model::Connection> connections;
};

result<Shared> read_shared(store::Database& db, const std::optional<store::RefreshSchedule>& refresh,
                           SysTime now) {
    Shared out;
    if (refresh) {
        auto start = last_start(db, "refresh", refresh->calendar, refresh->timezone, now);
        if (!start) return start.error();
        out.refresh = *start;
    }
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    for (model::Connection& one : *connections) out.connections.emplace(one.name, std::move(one));
    return out;
}

/// Of the schedule that starts it; none: no schedule does.
result<std::optional<SysTime>> last_due(store::Database& db, const model::Export& e, const Shared& shared,
                                        SysTime now) {
    const std::optional<SysTime> none;
    if (e.schedule == "manual") return none;
    std::optional<LastStart> start = shared.refresh;
    if (e.schedule != "refresh") {
        auto own = last_start(db, "export:" + e.name, e.schedule, e.timezone, now);
        if (!own) return own.error();
        start = *own;
    }
    return start ? inspect::due_start(e, start->due, start->served) : none;
}

/// What keeps it from running. A caller who may not see the connection learns that there is something.
std::optional<inspect::Obstacle> obstacle(const Shared& shared, const Caller& caller,
                                          const model::Export& e) {
    const auto it = shared.connections.find(e.connection);
    if (it == shared.connections.end())
        return inspect::Obstacle{"it has no connection",
                                 "audiencectl export attach " + e.name + " --connection NAME"};
    const auto allowed = store::may_run(it->second);
    if (allowed) return std::nullopt;
    // Why is in the words of the provider; and only an administrator can mend it.
    if (!reads_everything(caller)) return inspect::Obstacle{"its connection needs an administrator", ""};
    return inspect::Obstacle{allowed.error().message, allowed.error().hint};
}

/// The last runs, or more of them where none of these completed.
result<std::vector<model::Run>> runs_to_judge(store::Database& db, const std::string& export_name) {
    constexpr std::size_t usually_enough = 10;
    // More than any export has between two good runs, but for one that needs a person anyway.
    constexpr std::size_t most = 50;
    auto runs = store::list_real_runs(db, export_name, usually_enough);
    if (!runs || runs->size() < usually_enough) return runs;
    if (std::any_of(runs->begin(), runs->end(), model::ended_well)) return runs;
    return store::list_real_runs(db, export_name, most);
}

const model::SubjectState* find_lasting(const Outlook& outlook, const std::string& subject) {
    const auto it = std::find_if(outlook.lasting.begin(), outlook.lasting.end(),
                                 [&](const model::SubjectState& one) { return one.subject == subject; });
    return it == outlook.lasting.end() ? nullptr : &*it;
}

/// The message that people were told: see notify::message_of().
struct ToldMessage {
    std::string text;
    model::RunId run = 0;
};
ToldMessage message_of(const model::SubjectState& lasting) {
    ToldMessage out;
    const json message = json::parse(lasting.message, nullptr, false);
    if (!message.is_object()) return out;
    out.text = message.value("message", "");
    const json fields = message.value("fields", json::object());
    out.run = std::atoll(fields.value("RUN_ID", "0").c_str());
    return out;
}

std::optional<inspect::ToldOverdue> told_overdue(const Outlook& outlook, const model::Export& e) {
    const auto* lasting = find_lasting(outlook, "export:" + e.name);
    if (!lasting || lasting->state != "overdue") return std::nullopt;
    const auto message = message_of(*lasting);
    return inspect::ToldOverdue{message.run, lasting->since, message.text};
}

json finding_of(const std::string& subject, const std::string& title, const std::string& state) {
    json out;
    out["subject"] = subject;
    out["export"] = nullptr;
    out["title"] = title;
    out["state"] = state;
    out["run"] = out["since"] = nullptr;
    out["zone"] = out["reason"] = out["next"] = "";
    return out;
}

json finding_of(const ExportStanding& one, const std::string& refresh_zone) {
    const auto& e = one.definition;
    json out = finding_of("export:" + e.name, e.title, to_string(one.standing.state));
    out["export"] = e.name;
    if (one.standing.run != 0) out["run"] = one.standing.run;
    out["since"] = json_of(one.standing.since);
    out["zone"] = e.timezone.empty() ? refresh_zone : e.timezone;
    out["reason"] = one.standing.reason;
    out["next"] = one.standing.next;
    return out;
}

std::string next_for(const model::Connection& connection) {
    if (auto allowed = store::may_run(connection); !allowed) return allowed.error().hint;
    return "audiencectl connection authenticate " + connection.name;  // before it expires
}

}  // namespace

Outlook outlook_of(Context& context) {
    Outlook out;
    out.now = context.time->now();
    out.time_to_complete = context.live->overdue_after();
    out.lasting = context.live->lasting_states();
    return out;
}

result<Standings> read_standings(store::Database& db, const Caller& caller, const Outlook& outlook) {
    Standings out;
    auto refresh = store::get_refresh_schedule(db);
    if (!refresh) return refresh.error();
    out.refresh = std::move(*refresh);
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    auto shared = read_shared(db, out.refresh, outlook.now);
    if (!shared) return shared.error();
    auto visible = visible_to(db, caller);
    if (!visible) return visible.error();
    for (model::Export& definition : *exports) {
        if (!visible->has_export(definition.name)) continue;
        inspect::ExportFacts facts;
        auto runs = runs_to_judge(db, definition.name);
        if (!runs) return runs.error();
        for (model::Run& one : *runs)
            if (sees_run_of(caller, definition, one)) facts.runs.push_back(as_seen(caller, std::move(one)));
        auto last_run = last_run_of(db, definition.name);
        if (!last_run) return last_run.error();
        if (*last_run && !sees_run_of(caller, definition, **last_run)) last_run->reset();
        if (*last_run) **last_run = as_seen(caller, std::move(**last_run));
        if (definition.enabled) {
            auto due = last_due(db, definition, *shared, outlook.now);
            if (!due) return due.error();
            facts.due = *due;
            facts.cannot_run = obstacle(*shared, caller, definition);
            facts.told_overdue = told_overdue(outlook, definition);
            if (facts.told_overdue && !reads_everything(caller))
                facts.told_overdue->reason = "its run is not over yet";
        }
        facts.definition = std::move(definition);
        auto standing = inspect::judge(facts, outlook.now, outlook.time_to_complete);
        out.exports.push_back({std::move(facts.definition), std::move(*last_run), std::move(standing)});
    }
    return out;
}

json findings_of(const Standings& standings, const Outlook& outlook, const Caller& caller) {
    const std::string refresh_zone = standings.refresh ? standings.refresh->timezone : "";
    json out = json::array();
    for (const ExportStanding& one : standings.exports)
        if (one.standing.state != inspect::Standing::State::fine)
            out.push_back(finding_of(one, refresh_zone));
    if (const auto* lasting = find_lasting(outlook, "daemon")) {
        json finding = finding_of(lasting->subject, "", lasting->state);
        finding["since"] = to_iso8601(lasting->since);
        // The message has a path in it.
        if (caller.role == Role::administrator) finding["reason"] = message_of(*lasting).text;
        out.push_back(std::move(finding));
    }
    return out;
}

json connection_findings(const std::vector<model::Connection>& connections, const Outlook& outlook,
                         const Caller& caller) {
    json out = json::array();
    for (const model::Connection& connection : connections) {
        const auto* lasting = find_lasting(outlook, "connection:" + connection.name);
        if (!lasting || !sees(caller, connection)) continue;
        json finding = finding_of(lasting->subject, connection.title, lasting->state);
        finding["since"] = to_iso8601(lasting->since);
        if (caller.role == Role::administrator) {
            finding["reason"] = message_of(*lasting).text;
            finding["next"] = next_for(connection);
        }
        out.push_back(std::move(finding));
    }
    return out;
}

}  // namespace audienced::control
