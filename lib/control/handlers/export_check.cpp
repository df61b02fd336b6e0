// /v1/exports/{}/test and /preview: against the live account and the live source; neither writes anything.
#include <limits>
#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/run_plan.hpp"
#include "control/handlers/runnable.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

awaitable<result<Reply>> test_export(Context& context, Request request) {
    const std::string name = request.argument(0);
    auto read = [&](store::Database& db, const vault::Vault&) { return checkable(db, request.caller, name); };
    auto definition = co_await look_up(context, std::move(read));
    if (!definition) co_return definition.error();
    const inspect::Scope everything;
    auto check = co_await context.live->check_export(std::move(*definition), false, everything);
    if (!check) co_return check.error();
    for (Error& problem : check->problems) problem = as_seen(request.caller, std::move(problem));
    check->held = as_seen(request.caller, std::move(check->held));
    for (std::string& warning : check->warnings) warning = as_seen(request.caller, std::move(warning));
    json out = json_of(*check);
    out["name"] = name;
    co_return json_reply(out);
}

awaitable<result<Reply>> preview_export(Context& context, Request request) {
    const auto limit = query_number(request, "limit", 10, 0, 1000);
    if (!limit) co_return limit.error();
    const std::string name = request.argument(0);
    auto read = [&](store::Database& db, const vault::Vault&) { return checkable(db, request.caller, name); };
    auto definition = co_await look_up(context, std::move(read));
    if (!definition) co_return definition.error();
    auto preview = co_await context.live->preview_export(std::move(*definition), *limit);
    if (!preview) co_return preview.error();
    constexpr auto after_all = std::numeric_limits<model::RunId>::max();
    auto compare = [&](store::Database& db, const vault::Vault&) {
        return compared(db, preview->parts, name, after_all);
    };
    auto segments = co_await look_up(context, std::move(compare));
    if (!segments) co_return segments.error();
    json out = json_of(*preview);
    out.update(*segments);
    out["name"] = name;
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> export_check_routes() {
    return {{"POST", "/v1/exports/{}/test", Action::preview_exports, test_export, true},
            {"GET", "/v1/exports/{}/preview", Action::preview_exports, preview_export, true}};
}

}  // namespace audienced::control
