#include "run/planning/decided.hpp"

#include <algorithm>

#include "store/forgotten.hpp"
#include "store/opt_outs.hpp"

namespace audienced::run {
namespace {

result<void> load_suppressed(store::Database& db, const PlanInput& in, Decided& out) {
    auto members = store::opted_out_members(db, in.destination);
    if (!members) return members.error();
    out.suppressed = std::move(*members);
    auto forgotten = store::forgotten_members(db);
    if (!forgotten) return forgotten.error();
    out.forgotten = std::move(*forgotten);
    auto archived = store::members_with(db, in.destination, model::OptOutReason::archived);
    if (!archived) return archived.error();
    out.archived = std::move(*archived);
    auto moved = store::list_moved(db, in.destination);
    if (!moved) return moved.error();
    out.moved = std::move(*moved);
    for (const store::Moved& m : out.moved) {
        bool held_back = false;
        for (const MemberHash& member : {m.member, m.now}) {
            auto reasons = store::opt_outs_of(db, in.destination, member);
            if (!reasons) return reasons.error();
            for (const store::OptOut& o : *reasons)
                held_back = held_back || o.reason != model::OptOutReason::address_changed;
        }
        if (held_back) out.suppressed_present.push_back(m.member);
    }
    std::sort(out.suppressed_present.begin(), out.suppressed_present.end());
    return {};
}

/// Contacts beside a list that may have left it.
result<void> load_existing(store::Database& db, const PlanInput& in, Decided& out) {
    for (const store::GroupRow& group : in.groups.groups) {
        if (!group.is_list || group.no == model::GroupNo()) continue;
        for (const auto& [state, into] : {std::pair(model::Membership::existing, &out.existing),
                                          std::pair(model::Membership::may_have_left, &out.may_have_left)}) {
            auto members = store::members_in_state(db, group.no, state);
            if (!members) return members.error();
            into->insert(into->end(), members->begin(), members->end());
        }
        out.had_members = out.had_members || group.had_members;
    }
    std::sort(out.existing.begin(), out.existing.end());
    std::sort(out.may_have_left.begin(), out.may_have_left.end());
    return {};
}

}  // namespace

result<Decided> load_decided(const PlanInput& in) {
    Decided out;
    const auto load = [&](store::Database& db, const vault::Vault&) -> result<void> {
        const auto keep = [&](const store::DeferredMark& mark) {
            if (mark.is_value)
                out.refused.push_back(mark);
            else if (!mark.again)
                out.deferred.push_back({mark.member, mark.values, mark.next_try, mark.words});
        };
        if (auto scanned = store::scan_deferred(db, in.export_id, in.options.retry_of, keep); !scanned)
            return scanned;
        auto unreadable = store::get_unreadable(db, in.export_id);
        if (!unreadable) return unreadable.error();
        out.unreadable = *unreadable;
        if (auto loaded = load_suppressed(db, in, out); !loaded) return loaded;
        return load_existing(db, in, out);
    };
    if (auto loaded = in.store->run_blocking(load); !loaded) return loaded.error();
    return out;
}

plan::Diff make_diff(const PlanInput& in, Decided& decided) {
    plan::DiffOptions options;
    options.mirror = in.definition.mode == model::Mode::mirror;
    options.full = in.options.full;
    options.run = in.run;
    options.joined_by_upsert = in.groups.layout.joined_by_upsert;
    options.now = in.now;
    plan::Diff diff(options);
    diff.defer(std::move(decided.deferred));
    const auto suppress_too = [&](const std::vector<MemberHash>& more) {
        std::vector<MemberHash> both;
        std::set_union(decided.suppressed.begin(), decided.suppressed.end(), more.begin(), more.end(),
                       std::back_inserter(both));
        decided.suppressed = std::move(both);
    };
    if (in.definition.existing == model::Existing::leave) {
        suppress_too(decided.existing);
        suppress_too(decided.may_have_left);
    }
    if (!in.opted_out.empty()) suppress_too(in.opted_out);
    diff.suppress(std::move(decided.suppressed));
    diff.suppress_present(std::move(decided.suppressed_present));
    diff.cannot_leave(std::move(decided.archived));
    diff.existing(std::move(decided.existing), decided.had_members);
    diff.may_have_left(std::move(decided.may_have_left));
    return diff;
}

}  // namespace audienced::run
