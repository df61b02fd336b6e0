// /v1/doctor: what is set up wrongly, and how to mend it; /v1/doctor/hooks: a test by each way that tells
// people.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/connection_access.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/sight.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

using inspect::doctor::Finding;
using inspect::doctor::Findings;
using inspect::doctor::State;

json checks_json(const Findings& findings) {
    json checks = json::array();
    for (const Finding& one : findings) {
        json line;
        line["name"] = one.check;
        line["state"] = to_string(one.state);
        line["message"] = one.message;
        line["remedy"] = one.remedy.empty() ? json(nullptr) : json(one.remedy);
        checks.push_back(std::move(line));
    }
    json out;
    out["ok"] = std::none_of(findings.begin(), findings.end(),
                             [](const Finding& one) { return one.state == State::problem; });
    out["checks"] = std::move(checks);
    return out;
}

Finding role_finding(const Caller& caller) {
    return {"role", State::ok,
            "the user " + caller.peer.user + " has the role " + std::string(to_string(caller.role)), ""};
}

/// Of the connections that the caller may use; what else there is is said to need an administrator.
result<Findings> own_findings(store::Database& db, const Caller& caller) {
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    std::erase_if(*connections, [&](const model::Connection& c) { return !may_use(caller, c); });
    Findings out = inspect::doctor::judge_connections(*connections, *exports);
    for (Finding& one : out) {
        if (one.state == State::ok) continue;
        // The words of the provider, and commands of an administrator.
        one.message =
            "the " + std::string(one.check).replace(one.check.find(':'), 1, " ") + " cannot be used as it is";
        one.remedy = "ask an administrator, who sees why with audiencectl doctor";
    }
    for (const std::string& name : inspect::doctor::checks_of_administrators())
        out.push_back({name, State::not_checked, "this takes the role administrator",
                       "ask an administrator to run audiencectl doctor"});
    return out;
}

awaitable<result<Reply>> examine(Context& context, Request request) {
    const bool full = request.has("full");
    Findings out{role_finding(request.caller)};
    auto read = [&](store::Database& db, const vault::Vault&) { return own_findings(db, request.caller); };
    auto found = request.caller.role == Role::administrator ? context.live->examine(full)
                                                            : look_up(context, std::move(read));
    auto findings = co_await std::move(found);
    if (!findings) co_return findings.error();
    out.insert(out.end(), findings->begin(), findings->end());
    co_return json_reply(checks_json(out));
}

awaitable<result<Reply>> test_hooks(Context& context, Request request) {
    Fields fields(request.body);
    if (auto good = fields.finish(); !good) co_return good.error();
    auto tested = co_await context.live->test_hooks();
    if (!tested) co_return tested.error();
    json hooks = json::array();
    bool ok = true;
    for (const notify::WayTest& one : *tested) {
        json line;
        line["way"] = one.way;
        line["target"] = one.target;
        line["ok"] = one.ok;
        line["answer"] = one.answer;
        line["milliseconds"] = one.took.count();
        hooks.push_back(std::move(line));
        ok = ok && one.ok;
    }
    json out;
    out["ok"] = ok;
    out["hooks"] = std::move(hooks);
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> doctor_routes() {
    return {{"GET", "/v1/doctor", Action::use_doctor, examine, true},
            {"POST", "/v1/doctor/hooks", Action::test_hooks, test_hooks}};
}

}  // namespace audienced::control
