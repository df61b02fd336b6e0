#include "run/scan_groups.hpp"

#include <algorithm>

#include "plan/membership.hpp"
#include "store/forgotten.hpp"
#include "store/memberships.hpp"

namespace audienced::run {
namespace {

/// Members of a group that we found, those that are not there by our doing.
struct FoundMembers final : provider::ContactSink {
    FoundMembers(Environment& e, model::GroupNo g) : env(e), group(g) {}

    awaitable<result<void>> seen(std::vector<provider::ContactStatus> page) override {
        const auto write = [&](store::Database& db, const vault::Vault& vault) {
            return record(db, vault, page);
        };
        co_return co_await env.store->run(write);
    }

    result<void> record(store::Database& db, const vault::Vault& vault,
                        const std::vector<provider::ContactStatus>& page) const {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        auto forgotten = store::forgotten_members(db);
        if (!forgotten) return forgotten.error();
        for (const provider::ContactStatus& contact : page) {
            const MemberHash member = vault.members().member(contact.address);
            if (std::binary_search(forgotten->begin(), forgotten->end(), member)) continue;
            auto known = store::find_membership(db, group, member);
            if (!known) return known.error();
            // Ours, or known to be of others; only a member of which nothing is known was there before.
            using model::Membership;
            const auto state = *known ? (**known).state : Membership::none;
            if (state == Membership::ours || model::is_unclear(state) || state == Membership::others ||
                state == Membership::off)
                continue;
            auto put = store::put_membership(db, group, member, {model::Membership::others, 0});
            if (!put) return put;
        }
        return transaction->commit();
    }

    Environment& env;
    model::GroupNo group;
};

}  // namespace

awaitable<result<GroupBits>> scan_groups(Environment& env, const RunDefinition& definition,
                                         GroupBits groups) {
    for (store::GroupRow& row : groups.groups) {
        if (row.id.empty() || row.scanned) continue;
        FoundMembers found(env, row.no);
        auto listed = co_await definition.session->provider->list_members(
            definition.settings.destination, groups.layout.groups[static_cast<std::size_t>(row.bit)], found);
        if (!listed) co_return listed.error();
        row.scanned = true;
        const auto save = [&](store::Database& db, const vault::Vault&) {
            return store::put_group(db, definition.destination, definition.export_id, row);
        };
        auto saved = co_await env.store->run(save);
        if (!saved) co_return saved.error();
    }
    co_return std::move(groups);
}

}  // namespace audienced::run
