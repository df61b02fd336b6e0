#include "control/handlers/run_plan.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/handlers/export_draft.hpp"
#include "control/json.hpp"
#include "store/definitions.hpp"
#include "store/planned_parts.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

using Parts = std::vector<model::PlannedPart>;

/// The members of the same segment, or of the list, in another plan.
json members_then(const Parts& then, const model::PlannedPart& now) {
    const auto same = std::find_if(then.begin(), then.end(), [&](const model::PlannedPart& part) {
        return now.segment.empty() ? now.is_list && part.is_list && part.title == now.title
                                   : part.segment == now.segment;
    });
    return same == then.end() ? json(nullptr) : json_of(same->members);
}

/// An address is a value: it is for those who may use the export, masked as it is.
bool may_see_members(store::Database& db, const Caller& caller, const std::string& export_name) {
    if (caller.role == Role::administrator) return true;
    return usable_export(db, caller, export_name).has_value();
}

result<json> leavers_of(store::Database& db, const vault::Vault& vault, const Caller& caller,
                        const model::Run& run, const Parts& parts) {
    if (!may_see_members(db, caller, run.export_name)) return json(nullptr);
    auto leavers = store::planned_leavers(db, vault, run.id);
    if (!leavers) return leavers.error();
    json out = json::array();
    for (const store::NamedLeaver& one : *leavers) out.push_back(json_of(one.leaver, one.address, parts));
    return out;
}

/// Only of a run that waits for a person.
json replaced_at(store::Database& db, const model::Run& run, SysTime now) {
    if (!model::waits_for_approval(run)) return nullptr;
    auto definition = store::get_export(db, run.export_name);
    if (!definition) return nullptr;
    auto next = next_run(db, *definition, now);
    return next ? json_of(next->at) : json(nullptr);
}

}  // namespace

result<json> compared(store::Database& db, const Parts& parts, const std::string& export_name,
                      model::RunId before) {
    auto last = store::run_before(db, export_name, before);
    if (!last) return last.error();
    Parts then;
    json out;
    out["compared_with"] = nullptr;
    if (*last) {
        auto earlier = store::planned_parts(db, (**last).id);
        if (!earlier) return earlier.error();
        then = std::move(*earlier);
        json& with = out["compared_with"];
        with["run"] = (**last).id;
        with["finished_at"] = json_of((**last).finished_at);
    }
    out["segments"] = json::array();
    for (const model::PlannedPart& part : parts) {
        json one = json_of(part);
        one["members_before"] = members_then(then, part);
        out["segments"].push_back(std::move(one));
    }
    return out;
}

result<json> plan_of(store::Database& db, const vault::Vault& vault, const Caller& caller,
                     const model::Run& run, SysTime now) {
    auto parts = store::planned_parts(db, run.id);
    if (!parts) return parts.error();
    auto out = compared(db, *parts, run.export_name, run.id);
    if (!out) return out;
    auto leavers = leavers_of(db, vault, caller, run, *parts);
    if (!leavers) return leavers.error();
    (*out)["leavers"] = std::move(*leavers);
    (*out)["replaced_at"] = replaced_at(db, run, now);
    return out;
}

}  // namespace audienced::control
