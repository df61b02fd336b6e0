// /v1/refresh: one tick of the refresh schedule, now.
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/runnable.hpp"
#include "control/json.hpp"
#include "store/definitions.hpp"
#include "store/runs.hpp"
#include "store/subject_states.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

awaitable<result<Reply>> refresh(Context& context, Request request) {
    Fields fields(request.body);
    if (auto good = fields.finish(); !good) co_return good.error();
    model::Run wanted;
    wanted.trigger = model::Trigger::on_demand;
    wanted.queued_at = context.time->now();
    wanted.requested_by = request.caller.peer.user;
    std::vector<model::RunId> ids;
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<json> {
        auto exports = store::list_exports(db);  // in name order
        if (!exports) return exports.error();
        auto newest = store::newest_run(db);
        if (!newest) return newest.error();
        json runs = json::array(), left_out = json::array();
        std::vector<model::RoundEntry> round;
        for (const auto& one : *exports) {
            if (!one.enabled || one.schedule != "refresh") continue;
            json entry;
            entry["export"] = one.name;
            if (auto good = check_runnable(db, request.caller, one.name); !good) {
                // One export that cannot run keeps no other from running.
                entry["why"] = good.error().text();
                left_out.push_back(std::move(entry));
                round.push_back({one.name, *newest});
                continue;
            }
            wanted.export_name = one.name;
            auto id = store::queue_run(db, wanted);
            if (!id) return id.error();
            ids.push_back(*id);
            round.push_back({one.name, *id - 1});
            entry["id"] = *id;
            runs.push_back(std::move(entry));
        }
        if (auto begun = store::begin_round(db, round); !begun) return begun.error();
        json out;
        out["runs"] = std::move(runs);
        out["left_out"] = std::move(left_out);
        audit.after = print(out);
        return out;
    };
    auto out = co_await change(context, request.caller, "refresh", "", std::move(write));
    if (!out) co_return out.error();
    for (const auto id : ids) context.live->run_queued(id);
    co_return json_reply(*out, 202);
}

}  // namespace

std::vector<Route> refresh_routes() {
    return {{"POST", "/v1/refresh", Action::refresh, refresh}};
}

}  // namespace audienced::control
