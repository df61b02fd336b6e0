#include "inspect/doctor/examine.hpp"

#include "aio/task_group.hpp"
#include "aio/with_deadline.hpp"
#include "inspect/doctor/gather.hpp"
#include "store/definitions.hpp"
#include "store/forget_journal.hpp"
#include "store/restore.hpp"
#include "store/schedules.hpp"

namespace audienced::inspect::doctor {
namespace {

// A ledger of ten million members is read in a few minutes.
constexpr std::chrono::minutes full_patience{15};

result<Definitions> read_definitions(store::Database& db) {
    Definitions out;
    auto sources = store::list_sources(db);
    if (!sources) return sources.error();
    out.sources = std::move(*sources);
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    out.connections = std::move(*connections);
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    out.exports = std::move(*exports);
    auto refresh = store::get_refresh_schedule(db);
    if (!refresh) return refresh.error();
    if (*refresh) out.refresh_zone = (**refresh).timezone;
    return out;
}

awaitable<result<Facts>> gather_local(run::Environment& env, const Setup& setup,
                                      const Definitions& definitions) {
    std::string key_id;
    bool unfinished = false;
    const auto ask_key = [&](store::Database&, const vault::Vault& vault) -> result<void> {
        key_id = vault.key_id();
        unfinished = vault.has_former();
        return {};
    };
    if (auto asked = co_await env.store->run(ask_key); !asked) co_return asked.error();
    const auto read = [&]() -> result<Facts> {
        Facts out;
        out.state = gather_state(setup.state_dir, key_id);
        out.state.key_change_unfinished = unfinished;
        out.disk = gather_disk(setup.state_dir);
        out.zones = gather_zones(definitions);
        out.certificates = gather_certificates(setup, definitions);
        out.proxy = {setup.proxy, proxy_in_environment()};
        out.configuration.file = setup.config_file;
        if (setup.look_at_configuration) out.configuration.findings = setup.look_at_configuration();
        return out;
    };
    co_return co_await env.readers->run(read);
}

awaitable<result<DatabaseFacts>> gather_database(run::Environment& env, const Setup& setup, bool full) {
    std::optional<vault::Vault> vault;
    const auto clone = [&](store::Database&, const vault::Vault& own) -> result<void> {
        vault = own.clone();
        return {};
    };
    if (auto cloned = co_await env.store->run(clone); !cloned) co_return cloned.error();
    std::stop_source stop;
    auto look = [&, token = stop.get_token()] {
        return store::examine(setup.state_dir, *vault, full, token);
    };
    auto task = env.readers->run(std::move(look));
    const Deadline deadline = env.time->steady() + full_patience;
    DatabaseFacts out;
    out.file = setup.state_dir + "/audienced.db";
    out.full = full;
    out.health = co_await aio::with_deadline(*env.time, deadline, stop, std::move(task));
    if (!out.health && out.health.error().code == Errc::cancelled) co_return out.health.error();
    // On the store's thread, which writes the file right after a row.
    const auto compare = [&](store::Database& db, const vault::Vault& own) -> result<bool> {
        auto newest = store::audit_head_of(db);
        auto kept = store::read_audit_head(store::audit_head_path(setup.state_dir), own);
        return newest && kept && *kept && (*kept)->seq < newest->seq;
    };
    auto behind = co_await env.store->run(compare);
    out.head_is_behind = behind && *behind;
    co_return out;
}

/// On the store's thread, which writes the journal.
awaitable<ForgetFacts> gather_forgets(run::Environment& env, const Setup& setup) {
    ForgetFacts out;
    out.file = setup.state_dir + "/" + store::forget_journal_name;
    const auto look = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto to_repeat = store::forgets_to_repeat(db);
        if (!to_repeat) return to_repeat.error();
        out.to_repeat = *to_repeat;
        auto journal = store::read_forget_journal(setup.state_dir, store::journal_root(vault));
        if (!journal) return journal.error();
        out.is_begun = journal->begun.has_value();
        out.damaged = journal->damaged;
        return {};
    };
    auto done = co_await env.store->run(look);
    if (!done) out.unread = done.error();
    co_return out;
}

awaitable<void> hosts_into(run::Environment& env, const Definitions& definitions, Facts& facts) {
    facts.hosts = co_await gather_hosts(env, definitions.connections);
}

awaitable<void> sources_into(run::Environment& env, const Definitions& definitions, Facts& facts) {
    facts.sources = co_await gather_sources(env, definitions.sources);
}

awaitable<void> gather_answers(run::Environment& env, const Definitions& definitions, Facts& facts) {
    aio::TaskGroup group(env.io);
    group.spawn("doctor: hosts", hosts_into(env, definitions, facts));
    group.spawn("doctor: sources", sources_into(env, definitions, facts));
    co_await group.wait();
}

}  // namespace

awaitable<result<Findings>> examine(run::Environment& env, Setup setup, bool full) {
    const auto read = [](store::Database& db, const vault::Vault&) { return read_definitions(db); };
    auto definitions = co_await env.store->run(read);
    if (!definitions) co_return definitions.error();
    auto facts = co_await gather_local(env, setup, *definitions);
    if (!facts) co_return facts.error();
    auto database = co_await gather_database(env, setup, full);
    if (!database) co_return database.error();
    facts->database = std::move(*database);
    facts->forgets = co_await gather_forgets(env, setup);
    co_await gather_answers(env, *definitions, *facts);
    facts->schedules.refresh_is_set = definitions->refresh_zone.has_value();
    facts->schedules.lines = setup.schedules ? setup.schedules() : std::vector<ScheduleFacts::Line>();
    facts->connections = std::move(definitions->connections);
    facts->schedules.exports = std::move(definitions->exports);
    facts->now = env.time->now();
    facts->started_at = setup.started_at;
    co_return judge(*facts);
}

}  // namespace audienced::inspect::doctor
