#include "control/plans_lost.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "store/held_runs.hpp"
#include "store/runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

bool is_replaced(const model::Run& held, const std::vector<model::Run>& open) {
    return std::any_of(open.begin(), open.end(), [&](const model::Run& other) {
        return other.id > held.id && other.export_name == held.export_name &&
               other.status == model::RunStatus::queued && !other.cancel_requested &&
               model::is_whole(other.options);
    });
}

}  // namespace

result<std::vector<model::RunId>> plans_in_wait(store::Database& db, const Caller& caller) {
    auto open = store::open_runs(db);
    if (!open) return open.error();
    std::vector<model::RunId> out;
    for (const model::Run& run : *open) {
        if (!model::waits_for_approval(run) || is_replaced(run, *open)) continue;
        auto good = store::check_held_plan(db, run);
        if (!good && good.error().code == Errc::plan_expired) continue;
        out.push_back(run.id);
    }
    if (out.empty()) return out;
    auto visible = visible_to(db, caller);
    if (!visible) return visible.error();
    std::erase_if(out, [&](model::RunId id) {
        return std::none_of(open->begin(), open->end(),
                            [&](const model::Run& run) { return run.id == id && visible->has_run(run); });
    });
    return out;
}

result<std::vector<model::RunId>> plans_lost(store::Database& db, const Caller& caller,
                                             const std::vector<model::RunId>& before) {
    std::vector<model::RunId> out;
    if (before.empty()) return out;
    auto left = plans_in_wait(db, caller);
    if (!left) return left;
    for (const model::RunId id : before) {
        if (std::find(left->begin(), left->end(), id) != left->end()) continue;
        auto run = store::get_run(db, id);
        if (run && !run->approved && !run->cancel_requested) out.push_back(id);
    }
    return out;
}

void add_plans_lost(Reply& reply, const std::vector<model::RunId>& lost) {
    if (lost.empty()) return;
    json body = json::parse(reply.body, nullptr, false);
    if (!body.is_object() || body.contains("plans_expired")) return;
    body["plans_expired"] = lost;
    reply.body = print(body);
}

}  // namespace audienced::control
