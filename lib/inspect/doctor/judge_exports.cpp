// Connections that wait for a person, and exports that no schedule starts.
#include <algorithm>

#include "inspect/doctor/judge.hpp"
#include "store/permission.hpp"

namespace audienced::inspect::doctor {
namespace {

std::size_t exports_by(const std::vector<model::Export>& exports, const std::string& connection) {
    return static_cast<std::size_t>(
        std::count_if(exports.begin(), exports.end(),
                      [&](const model::Export& e) { return e.enabled && e.connection == connection; }));
}

const ScheduleFacts::Line* line_of_schedule(const ScheduleFacts& facts, const std::string& key) {
    const auto it = std::find_if(facts.lines.begin(), facts.lines.end(),
                                 [&](const ScheduleFacts::Line& line) { return line.key == key; });
    return it == facts.lines.end() ? nullptr : &*it;
}

std::optional<Finding> judge_own_calendar(const ScheduleFacts& facts, const model::Export& e) {
    const std::string check = "export:" + e.name;
    const std::string mend =
        "audiencectl export edit " + e.name + " --schedule \"daily 02:00\" --timezone ZONE";
    const auto* line = line_of_schedule(facts, check);
    if (!line) return std::nullopt;  // changed a moment ago
    if (!line->error.empty())
        return Finding{check, State::problem,
                       "the schedule \"" + e.schedule + "\" of the export " + e.name +
                           " never starts it: " + line->error,
                       mend};
    if (!line->next)
        return Finding{check, State::problem,
                       "the schedule \"" + e.schedule + "\" of the export " + e.name + " has no next start",
                       mend};
    return std::nullopt;
}

std::optional<Finding> judge_export_schedule(const ScheduleFacts& facts, const model::Export& e) {
    const std::string check = "export:" + e.name;
    if (e.connection.empty())
        return Finding{check, State::warning, "the export " + e.name + " has no connection, so it never runs",
                       "audiencectl export attach " + e.name + " --connection NAME"};
    if (!e.enabled)
        return Finding{check, State::warning, "the export " + e.name + " is disabled, so it never runs",
                       "audiencectl export enable " + e.name};
    if (e.schedule == "manual") return std::nullopt;
    if (e.schedule != "refresh") return judge_own_calendar(facts, e);
    if (facts.refresh_is_set) return std::nullopt;
    return Finding{
        check, State::warning,
        "the export " + e.name + " waits for the refresh schedule, which is off: nothing starts it",
        "audiencectl schedule set \"daily 02:00\" --timezone ZONE"};
}

}  // namespace

Findings judge_connections(const std::vector<model::Connection>& connections,
                           const std::vector<model::Export>& exports) {
    Findings out;
    for (const model::Connection& c : connections) {
        const std::string check = "connection:" + c.name;
        auto may = store::may_run(c);
        if (may) {
            out.push_back({check, State::ok, "the connection " + c.name + " is ready", ""});
            continue;
        }
        const std::size_t waiting = exports_by(exports, c.name);
        const std::string who = waiting == 0
                                    ? std::string()
                                    : "; " + std::to_string(waiting) +
                                          (waiting == 1 ? " export does" : " exports do") + " not run";
        out.push_back({check, waiting == 0 ? State::warning : State::problem, may.error().message + who,
                       may.error().hint});
    }
    return out;
}

Findings judge_schedules(const ScheduleFacts& facts) {
    Findings out;
    const auto* refresh = line_of_schedule(facts, "refresh");
    if (refresh && (!refresh->error.empty() || !refresh->next))
        out.push_back({"schedules", State::problem,
                       "the refresh schedule has no next start" +
                           (refresh->error.empty() ? std::string() : ": " + refresh->error),
                       "audiencectl schedule set \"daily 02:00\" --timezone ZONE"});
    for (const model::Export& e : facts.exports)
        if (auto finding = judge_export_schedule(facts, e)) out.push_back(std::move(*finding));
    if (out.empty())
        out.push_back({"schedules", State::ok,
                       facts.exports.empty() ? "there is no export yet"
                                             : "every export has a next start, or is started by hand",
                       ""});
    return out;
}

}  // namespace audienced::inspect::doctor
