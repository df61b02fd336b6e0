#include "run/look/see_contacts.hpp"

#include <algorithm>

#include "plan/membership.hpp"
#include "store/destinations.hpp"

namespace audienced::run {
namespace {

using model::Membership;

/// The list that the export feeds; none where it feeds tags.
const store::GroupRow* list_of(const GroupBits& groups) {
    const auto at = std::find_if(groups.groups.begin(), groups.groups.end(),
                                 [](const store::GroupRow& g) { return g.is_list && !g.title.empty(); });
    return at == groups.groups.end() ? nullptr : &*at;
}

struct ContactsSink final : provider::ContactSink {
    ContactsSink(store::Store& s, const store::GroupRow* l, bool had) : store(s), list(l), had_members(had) {}

    awaitable<result<void>> seen(std::vector<provider::ContactStatus> page) override {
        const auto take = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
            for (const provider::ContactStatus& contact : page)
                if (auto taken = one(db, vault.members().member(contact.address), contact); !taken)
                    return taken;
            return {};
        };
        co_return co_await store.run(take);
    }

    result<void> one(store::Database& db, const MemberHash& member, const provider::ContactStatus& contact) {
        const bool opted_out = provider::opt_out_of(contact.state).has_value();
        if (opted_out) out.opted_out.push_back(member);
        if (opted_out || !list || !contact.on_list) return {};
        model::Standing before;
        if (list->no != model::GroupNo()) {
            auto known = store::find_membership(db, list->no, member);
            if (!known) return known.error();
            before = known->value_or(before);
        }
        const plan::Seen seen = plan::after_look(before, *contact.on_list, true, had_members);
        if (seen.left) out.opted_out.push_back(member);
        if (before.state == Membership::none && seen.standing.state == Membership::existing)
            out.existing.push_back(member);
        return {};
    }

    store::Store& store;
    const store::GroupRow* list;
    bool had_members;
    SeenContacts out;
};

}  // namespace

awaitable<result<SeenContacts>> see_contacts(Environment& env, const RunDefinition& definition,
                                             const GroupBits& groups) {
    const auto load = [&](store::Database& db, const vault::Vault&) {
        return store::get_pull_state(db, definition.destination);
    };
    auto state = co_await env.store->run(load);
    if (!state) co_return state.error();
    const store::GroupRow* const list = list_of(groups);
    // A list that is not stored yet is as the account shows it, as a run would store it.
    bool had_members = false;
    if (list) had_members = list->no == model::GroupNo() ? definition.had_members : list->had_members;
    provider::PullRequest request;
    request.destination = definition.settings.destination;
    request.since = state->since;
    request.all_contacts = !state->since && had_members;
    ContactsSink sink(*env.store, list, had_members);
    auto pulled = co_await definition.session->provider->pull(request, sink);
    if (!pulled) co_return pulled.error();
    std::sort(sink.out.opted_out.begin(), sink.out.opted_out.end());
    std::sort(sink.out.existing.begin(), sink.out.existing.end());
    co_return std::move(sink.out);
}

}  // namespace audienced::run
