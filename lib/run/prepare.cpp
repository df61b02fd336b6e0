#include "run/prepare.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/destination_key.hpp"
#include "run/groups.hpp"
#include "store/audit.hpp"
#include "store/definitions.hpp"
#include "store/destinations.hpp"
#include "store/restore.hpp"

namespace audienced::run {
namespace {

struct Definitions {
    model::Export definition;
    model::ExportId export_id;
    model::Connection connection;
    std::vector<std::string> titles;
    std::optional<SysTime> forgets_lost_since;
};

/// What is remembered of the export's destination.
struct Memory {
    store::BoundExport bound;
    std::vector<store::GroupRow> of_export, of_destination;
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
    auto lost = store::forgets_to_repeat(db, *id);
    if (!lost) return lost.error();
    out.forgets_lost_since = *lost;
    auto connection = store::get_connection(db, out.definition.connection);
    if (!connection) return connection.error();
    out.connection = std::move(*connection);
    for (const std::string& name : out.definition.segments) {
        auto segment = store::get_segment(db, name);
        if (!segment) return segment.error();
        out.titles.push_back(segment->title.empty() ? segment->name : segment->title);
    }
    return out;
}

result<Memory> load_memory(store::Database& db, const RunDefinition& definition,
                           const std::vector<std::string>& titles) {
    Memory out;
    auto bound = store::bind_export(db, definition.export_id, definition.destination_key);
    if (!bound) return bound.error();
    out.bound = *bound;
    auto named = store::set_destination_name(db, bound->destination, definition.destination_name);
    if (!named) return named.error();
    auto own = store::get_groups(db, definition.export_id);
    if (!own) return own.error();
    constexpr std::size_t many = 48;  // of 64 bits
    if (own->size() >= many) {
        auto dropped = store::drop_idle_groups(db, definition.export_id, out.bound.slots.own, titles);
        if (!dropped) return dropped.error();
        own = store::get_groups(db, definition.export_id);
        if (!own) return own.error();
    }
    out.of_export = std::move(*own);
    auto all = store::groups_of_destination(db, out.bound.destination);
    if (!all) return all.error();
    out.of_destination = std::move(*all);
    return out;
}

/// The same for those who only look: nothing is bound.
result<Memory> look_up_memory(store::Database& db, const RunDefinition& definition) {
    Memory out;
    auto bound = store::look_up_binding(db, definition.export_id, definition.destination_key);
    if (!bound) return bound.error();
    out.bound = *bound;
    if (out.bound.slots.own != 0) {
        auto own = store::get_groups(db, definition.export_id);
        if (!own) return own.error();
        out.of_export = std::move(*own);
    }
    auto all = store::groups_of_destination(db, out.bound.destination);
    if (!all) return all.error();
    out.of_destination = std::move(*all);
    return out;
}

/// Asks who the account is, once in the connection's life. The connection as it is stored then.
awaitable<result<void>> learn_account(Environment& env, Session& session) {
    if (!session.connection.account_id.empty()) co_return result<void>{};
    auto account = co_await session.provider->check_account();
    if (!account) co_return account.error();
    session.connection.account_id = account->id;
    const SysTime now = env.time->now();
    const auto save = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        const std::string& name = session.connection.name;
        if (auto saved = store::set_account_id(db, name, account->id); !saved) return saved;
        auto noted = store::add_own_audit(db, vault, now, "connection account learned", name,
                                          store::audit_json({{"account_id", ""}}),
                                          store::audit_json({{"account_id", account->id}}));
        return noted ? transaction->commit() : noted;
    };
    co_return co_await env.store->run(save);
}

/// The destination is there and has every mapped field, or may be given it. Fills wire_fields and
/// missing_fields.
awaitable<result<void>> check_destination(Prepared& out, bool needs_fields) {
    RunDefinition& definition = out.definition;
    const model::Export& settings = definition.settings;
    auto destination = co_await definition.session->provider->check_destination(settings.destination);
    if (!destination) co_return destination.error();
    definition.had_members = destination->had_members;
    definition.destination_name = destination->name;
    std::string missing;
    for (const model::FieldMap& f : settings.fields) {
        definition.wire_fields.push_back(definition.session->provider->field_name(f.field));
        const std::string& wire = definition.wire_fields.back();
        const provider::Field* const there = provider::find_field(*destination, wire);
        definition.fields.push_back(there ? *there : provider::Field{{}, wire});
        if (there) continue;
        out.missing_fields.push_back(f.field);
        missing += (missing.empty() ? "" : ", ") + wire;
    }
    if (!missing.empty() && !settings.create_fields && needs_fields)
        co_return make_error(
            Errc::not_found, destination->name + " has no field " + missing,
            "make it at the provider, or `audiencectl export edit " + settings.name + " --create-fields`");
    co_return result<void>{};
}

/// Stored at once: a look remembers who is in them. What is gone at the provider is forgotten.
awaitable<result<void>> save_groups(Environment& env, const RunDefinition& definition, GroupBits& bits) {
    const auto save = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        for (const store::GroupRow& row : bits.groups)
            if (row.title.empty())
                if (auto freed = store::free_bit(db, definition.export_id, row.bit); !freed) return freed;
        for (store::GroupRow& row : bits.groups) {
            if (row.title.empty()) continue;
            if (row.no == model::GroupNo()) row.had_members = row.is_list && definition.had_members;
            auto put = store::put_group(db, definition.destination, definition.export_id, row);
            if (!put) return put;
        }
        return transaction->commit();
    };
    if (auto saved = co_await env.store->run(save); !saved) co_return saved;
    constexpr std::size_t slice = 5'000;
    for (const model::GroupNo gone : bits.gone)
        for (std::size_t forgotten = slice; forgotten == slice;) {
            const auto forget = [&](store::Database& db, const vault::Vault&) {
                return store::forget_group(db, gone, slice);
            };
            auto done = co_await env.store->run(forget);
            if (!done) co_return done.error();
            forgotten = *done;
        }
    co_return result<void>{};
}

}  // namespace

awaitable<result<Prepared>> prepare(Environment& env, std::string export_name, RunProgress* progress,
                                    const RunControl* control) {
    const auto load_all = [&](store::Database& db, const vault::Vault&) { return load(db, export_name); };
    auto stored = co_await env.store->run(load_all);
    if (!stored) co_return stored.error();
    Prepared out;
    RunDefinition& definition = out.definition;
    definition.settings = std::move(stored->definition);
    definition.export_id = stored->export_id;
    definition.forgets_lost_since = stored->forgets_lost_since;
    definition.permission = {definition.settings.name, definition.settings.revision, stored->connection.name,
                             stored->connection.revision};
    if (progress) progress->connection = definition.settings.connection;
    definition.permission.even_disabled = progress && progress->run.options.even_disabled;
    if (auto allowed = store::may_run(stored->connection); !allowed) co_return allowed.error();
    model::Traffic* const traffic = progress ? &progress->traffic : nullptr;
    provider::MayWrite may_write;
    if (control) may_write = [control] { return control->may_write(); };
    auto session = co_await open_session(env, stored->connection, traffic, progress, std::move(may_write));
    if (!session) co_return session.error();
    definition.session = std::move(*session);
    if (progress) progress->provider = definition.session->connection.provider;
    provider::Provider& provider = *definition.session->provider;
    definition.limits = provider.limits();
    // An empty value that the provider does not clear would count as sent.
    if (!definition.limits.clears_empty) definition.settings.clear_empty = false;
    if (auto known = co_await learn_account(env, *definition.session); !known) co_return known.error();
    definition.destination_key = model::destination_key(definition.session->connection, definition.settings);
    const bool takes_back = progress && progress->run.options.takes_back();
    if (auto checked = co_await check_destination(out, !takes_back); !checked) co_return checked.error();
    const auto remember = [&](store::Database& db, const vault::Vault&) {
        return control ? load_memory(db, definition, stored->titles) : look_up_memory(db, definition);
    };
    auto memory = co_await env.store->run(remember);
    if (!memory) co_return memory.error();
    definition.destination = memory->bound.destination;
    definition.slots = memory->bound.slots;
    auto found = co_await provider.find_groups(definition.settings, stored->titles,
                                               known_groups(memory->of_export, memory->of_destination));
    if (!found) co_return found.error();
    auto bits = assign_bits(memory->of_export, memory->of_destination, *found);
    if (!bits) co_return bits.error();
    // A preview stores nothing: a run that is under way may be making the groups.
    if (control)
        if (auto saved = co_await save_groups(env, definition, *bits); !saved) co_return saved.error();
    out.groups = std::move(*bits);
    co_return std::move(out);
}

}  // namespace audienced::run
