#include "run/make_missing.hpp"

#include "store/memberships.hpp"

namespace audienced::run {

awaitable<result<void>> make_fields(RunDefinition& definition, std::vector<std::string> missing) {
    if (missing.empty()) co_return result<void>{};
    provider::Provider& provider = *definition.session->provider;
    const std::string& destination = definition.settings.destination;
    auto made = co_await provider.create_fields(destination, std::move(missing));
    if (!made) co_return made.error();
    auto now = co_await provider.check_destination(destination);
    if (!now) co_return now.error();
    for (provider::Field& field : definition.fields)
        if (const provider::Field* const there = provider::find_field(*now, field.name)) field = *there;
    co_return result<void>{};
}

awaitable<result<GroupBits>> make_groups(Environment& env, const RunDefinition& definition, GroupBits groups,
                                         const RunControl& control) {
    provider::Provider& provider = *definition.session->provider;
    const std::string& destination = definition.settings.destination;
    std::uint64_t wanted = 0;
    for (const std::uint64_t mask : groups.layout.of_segment) wanted |= mask;
    for (store::GroupRow& row : groups.groups) {
        if (!row.id.empty() || !(wanted >> row.bit & 1)) continue;
        if (auto allowed = control.may_go_on(); !allowed) co_return allowed.error();
        auto group = co_await provider.make_group(destination, row.title);
        if (!group) co_return group.error();
        row.id = group->id;
        row.scanned = true;  // just made: it is empty
        groups.layout.groups[static_cast<std::size_t>(row.bit)].id = group->id;
        const auto save = [&](store::Database& db, const vault::Vault&) {
            return store::put_group(db, definition.destination, definition.export_id, row);
        };
        auto saved = co_await env.store->run(save);
        if (!saved) co_return saved.error();
    }
    co_return std::move(groups);
}

}  // namespace audienced::run
