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

awaitable<result<void>> learn_account(Context& ctx) {
    if (!ctx.session->connection.account_id.empty()) co_return result<void>{};
    auto account = co_await ctx.session->provider->check_account();
    if (!account) co_return account.error();
    ctx.session->connection.account_id = account->id;
    const auto save = [&](store::Database& db, const vault::Vault&) {
        return store::update_connection(db, ctx.session->connection);
    };
    co_return co_await ctx.env.store->run(save);
}

/// The destination is there and has every mapped field, or may be given it.
awaitable<result<void>> check_destination(Context& ctx) {
    auto destination = co_await ctx.session->provider->check_destination(ctx.definition.destination);
    if (!destination) co_return destination.error();
    std::string missing;
    ctx.wire_fields.clear();
    ctx.missing_fields.clear();
    for (const model::FieldMap& f : ctx.definition.fields) {
        ctx.wire_fields.push_back(ctx.session->provider->field_name(f.field));
        if (has_field(*destination, ctx.wire_fields.back())) continue;
        ctx.missing_fields.push_back(f.field);
        missing += (missing.empty() ? "" : ", ") + ctx.wire_fields.back();
    }
    if (!missing.empty() && !ctx.definition.create_fields)
        co_return make_error(Errc::not_found, destination->name + " has no field " + missing,
                             "make it at the provider, or `audiencectl export edit " + ctx.definition.name +
                                 " --create-fields`");
    co_return result<void>{};
}

}  // namespace

awaitable<result<void>> prepare(Context& ctx) {
    const auto load_all = [&](store::Database& db, const vault::Vault&) {
        return load(db, ctx.run.export_name);
    };
    auto definitions = co_await ctx.env.store->run(load_all);
    if (!definitions) co_return definitions.error();
    ctx.definition = std::move(definitions->definition);
    ctx.export_id = definitions->export_id;
    if (auto allowed = may_run(definitions->connection); !allowed) co_return allowed.error();
    auto session = co_await open_session(ctx.env, definitions->connection, &ctx.traffic, &ctx);
    if (!session) co_return session.error();
    ctx.session = std::move(*session);
    ctx.limits = ctx.session->provider->limits();
    if (auto known = co_await learn_account(ctx); !known) co_return known.error();
    ctx.destination_key = model::destination_key(ctx.session->connection, ctx.definition);
    if (auto checked = co_await check_destination(ctx); !checked) co_return checked.error();
    auto found = co_await ctx.session->provider->find_groups(ctx.definition, definitions->titles);
    if (!found) co_return found.error();
    auto bits = assign_bits(std::move(definitions->groups), *found);
    if (!bits) co_return bits.error();
    ctx.groups = std::move(bits->groups);
    ctx.layout = std::move(bits->layout);
    ctx.lost_groups = bits->lost;
    co_return result<void>{};
}

awaitable<result<void>> make_missing(Context& ctx) {
    if (!ctx.missing_fields.empty()) {
        auto made =
            co_await ctx.session->provider->create_fields(ctx.definition.destination, ctx.missing_fields);
        if (!made) co_return made.error();
        ctx.missing_fields.clear();
    }
    std::uint64_t wanted = 0;
    for (const std::uint64_t mask : ctx.layout.of_segment) wanted |= mask;
    for (store::GroupRow& row : ctx.groups) {
        if (!row.id.empty() || !(wanted >> row.bit & 1)) continue;
        auto group = co_await ctx.session->provider->make_group(ctx.definition.destination, row.title);
        if (!group) co_return group.error();
        row.id = group->id;
        row.scanned = true;  // just made: it is empty
        ctx.layout.groups[static_cast<std::size_t>(row.bit)].id = group->id;
        const auto save = [&](store::Database& db, const vault::Vault&) {
            return store::put_group(db, ctx.export_id, row);
        };
        auto saved = co_await ctx.env.store->run(save);
        if (!saved) co_return saved.error();
    }
    co_return result<void>{};
}

}  // namespace audienced::run
