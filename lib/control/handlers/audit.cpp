// /v1/audit: who changed what, newest first.
#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/json.hpp"

namespace audienced::control {

namespace {

awaitable<result<Reply>> list_audit(Context& context, Request request) {
    const auto limit = query_number(request, "limit", 50, 1, 10'000);
    if (!limit) co_return limit.error();
    auto read = [&](store::Database& db, const vault::Vault&) { return store::list_audit(db, *limit); };
    auto rows = co_await look_up(context, std::move(read));
    if (!rows) co_return rows.error();
    auto out = nlohmann::json::array();
    for (const auto& row : *rows) out.push_back(json_of(row));
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> audit_routes() {
    return {{"GET", "/v1/audit", Action::see_audit, list_audit}};
}

}  // namespace audienced::control
