// What an explanation tells of exports that its caller may not see.
#include <algorithm>
#include <set>

#include "control/json.hpp"

namespace audienced::control {
namespace {

constexpr const char* group_of_another = "a group of another export";

/// Lists, groups of this export, and those that an export holds that may be named. The title of any other
/// group is the title of another's segment.
std::set<std::string> groups_shown(const inspect::Explanation& e, const ExplanationSight& sight) {
    std::set<std::string> out;
    for (const inspect::SegmentLook& look : e.segments) out.insert(look.title);
    for (const auto* some : {&e.next.joins, &e.next.leaves}) out.insert(some->begin(), some->end());
    for (const inspect::HeldIn& held : e.memory.memberships) {
        const bool named = std::any_of(held.holders.begin(), held.holders.end(),
                                       [&](const auto& name) { return sight.exports->contains(name); });
        if (held.is_list || held.of_this_export || named) out.insert(held.group);
    }
    for (std::size_t i = 0; i < e.memory.acts.size(); ++i)
        if (sight.exports->contains(e.memory.act_exports[i])) out.insert(e.memory.act_groups[i]);
    return out;
}

}  // namespace

std::set<model::RunId> runs_of(const inspect::Explanation& e) {
    std::set<model::RunId> out;
    for (const auto& known : e.memory.opt_outs) out.insert(known.opt_out.run);
    for (const auto& act : e.memory.acts) out.insert(act.run);
    for (const auto& call : e.memory.open) out.insert(call.run);
    for (const auto& other : e.memory.others)
        if (other.delivered) out.insert(other.delivered->last_run);
    for (const auto& deferred : e.memory.deferred) out.insert(deferred.since);
    if (e.memory.delivered) out.insert(e.memory.delivered->last_run);
    return out;
}

void hide_others(inspect::Explanation& e, const ExplanationSight& sight) {
    if (!sight.exports || !sight.runs || !e.invalid.empty()) return;
    const auto groups = groups_shown(e, sight);
    const auto hide_group = [&](std::string& title) {
        if (!title.empty() && !groups.contains(title)) title = group_of_another;
    };
    const auto hide_run = [&](auto& run) {
        if (!sight.runs->contains(run)) run = 0;
    };
    for (auto& held : e.memory.memberships) hide_group(held.group);
    for (auto& title : e.memory.act_groups) hide_group(title);
    for (auto& title : e.now.groups) hide_group(title);
    for (auto& known : e.memory.opt_outs) hide_run(known.opt_out.run);
    for (auto& act : e.memory.acts) hide_run(act.run);
    for (auto& call : e.memory.open) hide_run(call.run);
    for (auto& other : e.memory.others)
        if (other.delivered) hide_run(other.delivered->last_run);
    for (auto& deferred : e.memory.deferred) hide_run(deferred.since);
    if (e.memory.delivered) hide_run(e.memory.delivered->last_run);
}

}  // namespace audienced::control
