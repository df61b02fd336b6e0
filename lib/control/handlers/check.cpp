// /v1/check: what needs a person.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/standings.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

awaitable<result<Reply>> check(Context& context, Request request) {
    const Outlook outlook = outlook_of(context);
    auto read = [&](store::Database& db, const vault::Vault&) {
        return read_standings(db, request.caller, outlook);
    };
    auto standings = co_await look_up(context, std::move(read));
    if (!standings) co_return standings.error();
    json findings = findings_of(*standings, outlook, request.caller);
    const auto& exports = standings->exports;
    json out;
    out["ok"] = findings.empty();
    out["at"] = to_iso8601(outlook.now);
    out["exports"] = exports.size();
    out["enabled"] = std::count_if(exports.begin(), exports.end(),
                                   [](const ExportStanding& one) { return one.definition.enabled; });
    out["findings"] = std::move(findings);
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> check_routes() {
    return {{"GET", "/v1/check", Action::see_status, check}};
}

}  // namespace audienced::control
