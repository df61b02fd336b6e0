#include "run/scan_groups.hpp"

#include "store/ledger.hpp"

namespace audienced::run {
namespace {

/// Members of a group that we found, those that are not there by our doing.
struct PreexistingMemberRecorder final : provider::ContactSink {
    PreexistingMemberRecorder(Environment& e, const RunDefinition& d, model::GroupId group)
        : env(e), definition(d), group_id(std::move(group)) {}

    awaitable<result<void>> seen(std::vector<provider::ContactStatus> page) override {
        const auto write = [&](store::Database& db, const vault::Vault& vault) {
            return record(db, vault, page);
        };
        co_return co_await env.store->run(write);
    }

    result<void> record(store::Database& db, const vault::Vault& vault,
                        const std::vector<provider::ContactStatus>& page) {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        for (const provider::ContactStatus& contact : page) {
            const MemberHash member = vault.members().member(contact.address);
            auto held = store::held_by_other_export(db, model::ExportId(), definition.destination_key,
                                                    group_id, member);
            if (!held) return held.error();
            if (held->owned) continue;
            if (auto added = store::add_preexisting_member(db, definition.destination_key, group_id, member);
                !added)
                return added;
        }
        return transaction->commit();
    }

    Environment& env;
    const RunDefinition& definition;
    model::GroupId group_id;
};

}  // namespace

awaitable<result<GroupBits>> scan_groups(Environment& env, const RunDefinition& definition,
                                         GroupBits groups) {
    for (store::GroupRow& row : groups.groups) {
        if (row.id.empty() || row.scanned) continue;
        PreexistingMemberRecorder recorder(env, definition, row.id);
        auto listed = co_await definition.session->provider->list_members(
            definition.settings.destination, groups.layout.groups[static_cast<std::size_t>(row.bit)],
            recorder);
        if (!listed) co_return listed.error();
        row.scanned = true;
        const auto save = [&](store::Database& db, const vault::Vault&) {
            return store::put_group(db, definition.export_id, row);
        };
        auto saved = co_await env.store->run(save);
        if (!saved) co_return saved.error();
    }
    co_return std::move(groups);
}

}  // namespace audienced::run
