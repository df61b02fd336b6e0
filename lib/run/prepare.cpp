#include "run/prepare.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/destination_key.hpp"
#include "run/groups.hpp"
#include "store/definitions.hpp"

namespace audienced::run {
namespace {

struct Definitions {
    model::Export definition;
    model::ExportId export_id;
    model::Connection connection;
    std::vector<std::string> titles;
    std::vector<store::GroupRow> groups;
};

result<Definitions> load(store::Database& db, const std::string& export_name) {
    Definitions out;
    auto definition = store::get_export(db, export_name);
    if (!definition) return definition.error();
    out.definition = std::move(*definition);
    if (out.definition.connection.empty())
        return make_error(Errc::wrong_state, "export " + export_name + " has no connection",
                          "`audiencectl export attach " + export_name + " --connection NAME`");
    auto id = store::export_id(db, export_name);
    if (!id) return id.error();
    out.export_id = *id;
    auto connection = store::get_connection(db, out.definition.connection);
    if (!connection) return connection.error();
    out.connection = std::move(*connection);
    for (const std::string& name : out.definition.segments) {
        auto segment = store::get_segment(db, name);
        if (!segment) return segment.error();
        out.titles.push_back(segment->title.empty() ? segment->name : segment->title);
    }
    auto groups = store::get_groups(db, *id);
    if (!groups) return groups.error();
    out.groups = std::move(*groups);
    return out;
}

bool has_field(const provider::Destination& destination, const std::string& wire) {
    return std::any_of(destination.fields.begin(), destination.fields.end(),
                       [&](const provider::Field& f) { return f.name == wire; });
}

/// Asks who the account is, once in the connection's life. The connection as it is stored then.
awaitable<result<void>> learn_account(Environment& env, Session& session) {
    if (!session.connection.account_id.empty()) co_return result<void>{};
    auto account = co_await session.provider->check_account();
    if (!account) co_return account.error();
    session.connection.account_id = account->id;
    const auto save = [&](store::Database& db, const vault::Vault&) {
        return store::update_connection(db, session.connection);
    };
    co_return co_await env.store->run(save);
}

/// The destination is there and has every mapped field, or may be given it. Fills wire_fields and
/// missing_fields.
awaitable<result<void>> check_destination(Prepared& out) {
    RunDefinition& definition = out.definition;
    const model::Export& settings = definition.settings;
    auto destination = co_await definition.session->provider->check_destination(settings.destination);
    if (!destination) co_return destination.error();
    std::string missing;
    for (const model::FieldMap& f : settings.fields) {
        definition.wire_fields.push_back(definition.session->provider->field_name(f.field));
        const std::string& wire = definition.wire_fields.back();
        if (has_field(*destination, wire)) continue;
        out.missing_fields.push_back(f.field);
        missing += (missing.empty() ? "" : ", ") + wire;
    }
    if (!missing.empty() && !settings.create_fields)
        co_return make_error(
            Errc::not_found, destination->name + " has no field " + missing,
            "make it at the provider, or `audiencectl export edit " + settings.name + " --create-fields`");
    co_return result<void>{};
}

}  // namespace

awaitable<result<Prepared>> prepare(Environment& env, std::string export_name, RunProgress* progress) {
    const auto load_all = [&](store::Database& db, const vault::Vault&) { return load(db, export_name); };
    auto stored = co_await env.store->run(load_all);
    if (!stored) co_return stored.error();
    Prepared out;
    RunDefinition& definition = out.definition;
    definition.settings = std::move(stored->definition);
    definition.export_id = stored->export_id;
    if (progress) progress->connection = definition.settings.connection;
    if (auto allowed = may_run(stored->connection); !allowed) co_return allowed.error();
    model::Traffic* const traffic = progress ? &progress->traffic : nullptr;
    auto session = co_await open_session(env, stored->connection, traffic, progress);
    if (!session) co_return session.error();
    definition.session = std::move(*session);
    if (progress) progress->provider = definition.session->connection.provider;
    provider::Provider& provider = *definition.session->provider;
    definition.limits = provider.limits();
    if (auto known = co_await learn_account(env, *definition.session); !known) co_return known.error();
    definition.destination_key = model::destination_key(definition.session->connection, definition.settings);
    if (auto checked = co_await check_destination(out); !checked) co_return checked.error();
    auto found = co_await provider.find_groups(definition.settings, stored->titles, {});
    if (!found) co_return found.error();
    auto bits = assign_bits(std::move(stored->groups), *found);
    if (!bits) co_return bits.error();
    out.groups = std::move(*bits);
    co_return std::move(out);
}

}  // namespace audienced::run
