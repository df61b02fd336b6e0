// A comparison with the provider on the wire. Addresses are masked here, for every role.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/json.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

json group_of(const inspect::GroupReport& group) {
    json out;
    out["title"] = group.title;
    out["is_list"] = group.is_list;
    out["made"] = group.is_made;
    out["gone"] = group.is_gone;
    out["listed"] = group.listed;
    out["ours"] = group.ours;
    out["others"] = group.others;
    out["away"] = group.away;
    out["unclear"] = group.unclear;
    return out;
}

json example_of(const inspect::Difference& one) {
    json out;
    out["group"] = one.group.empty() ? json(nullptr) : json(one.group);
    out["address"] = one.address.empty() ? json(nullptr) : json(mask_addresses(one.address));
    out["member"] = to_hex(one.member.view().substr(0, 6));
    if (one.kind == inspect::Drift::group_gone) out["member"] = nullptr;
    out["detail"] = mask_addresses(one.detail);
    return out;
}

/// Do its examples speak of a list? Else of tags.
bool concerns_list(const inspect::Verification& verified, const inspect::DriftReport& drift) {
    const auto is_list = [&](const inspect::Difference& one) {
        return std::any_of(
            verified.groups.begin(), verified.groups.end(),
            [&](const inspect::GroupReport& group) { return group.is_list && group.title == one.group; });
    };
    if (drift.examples.empty()) return verified.has_list();
    return std::any_of(drift.examples.begin(), drift.examples.end(), is_list);
}

json values_of(const inspect::ValueReport& values) {
    json out;
    out["compared"] = values.asked;
    out["same"] = values.same;
    out["not_compared"] = values.not_compared;
    out["fields"] = json::array();
    for (const auto& [field, count] : values.fields) {
        json one;
        one["field"] = field;
        one["differ"] = count;
        out["fields"].push_back(std::move(one));
    }
    return out;
}

}  // namespace

json json_of(const inspect::Verification& verified, const std::string& export_name, bool with_sources) {
    json out;
    out["name"] = export_name;
    out["ok"] = verified.total() == 0;
    out["differences"] = verified.total();
    out["delivered"] = verified.delivered;
    out["runs_meanwhile"] = verified.runs_meanwhile;
    out["groups"] = json::array();
    for (const inspect::GroupReport& group : verified.groups) out["groups"].push_back(group_of(group));
    out["kinds"] = json::array();
    for (int i = 0; i < inspect::drift_kinds; ++i) {
        const auto kind = static_cast<inspect::Drift>(i);
        const inspect::DriftReport& drift = verified.of(kind);
        if (drift.count == 0) continue;
        json one;
        one["kind"] = to_string(kind);
        one["words"] = inspect::words_of(kind);
        one["count"] = drift.count;
        one["mend"] = inspect::mend_for(kind, concerns_list(verified, drift), export_name);
        one["examples"] = json::array();
        for (const inspect::Difference& example : drift.examples)
            one["examples"].push_back(example_of(example));
        out["kinds"].push_back(std::move(one));
    }
    out["values"] = values_of(verified.values);
    out["values"]["problem"] = nullptr;
    if (!verified.values.problem.empty())
        out["values"]["problem"] = with_sources
                                       ? mask_addresses(verified.values.problem)
                                       : "the source could not be read; ask an administrator, who sees why";
    return out;
}

}  // namespace audienced::control
