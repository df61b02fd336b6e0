#include "run/planning/plan_step.hpp"

#include <array>
#include <cstring>

#include "run/open_source.hpp"
#include "run/planning/remember_people.hpp"
#include "run/planning/spool_plan.hpp"
#include "run/planning/undo_plan.hpp"
#include "run/record.hpp"
#include "store/audit.hpp"
#include "store/deferred.hpp"
#include "store/delivered.hpp"
#include "store/people.hpp"
#include "store/planned_parts.hpp"
#include "store/rejects.hpp"
#include "store/runs.hpp"

namespace audienced::run {
namespace {

constexpr int reads_of_a_changing_source = 3;

spool::PlanId new_plan_id(Random& random) {
    std::array<std::uint8_t, sizeof(spool::PlanId)> bytes{};
    random.fill(bytes);
    spool::PlanId id = 0;
    std::memcpy(&id, bytes.data(), sizeof id);
    return id;
}

awaitable<result<std::shared_ptr<vault::Vault>>> own_vault(Environment& env) {
    const auto clone = [](store::Database&,
                          const vault::Vault& vault) -> result<std::shared_ptr<vault::Vault>> {
        return std::make_shared<vault::Vault>(vault.clone());
    };
    co_return co_await env.store->run(clone);
}

result<void> put_figures(store::Database& db, const RunDefinition& definition, model::RunId run,
                         const PlanResult& plan) {
    return store::put_planned(db, run, definition.destination, plan.parts, plan.leavers);
}

/// A decision about removals that this run took over from the ones before it, as a row of the audit.
result<void> note_put_off(store::Database& db, const vault::Vault& vault, const RunDefinition& definition,
                          const store::UnreadableMemory& next, std::uint64_t found, SysTime now) {
    auto before = store::get_unreadable(db, definition.export_id);
    if (!before) return before.error();
    const bool puts_off = next.put_off > before->put_off, accepts = next.accepted > before->accepted;
    if (!puts_off && !accepts) return {};
    const auto json = [](const store::UnreadableMemory& m) {
        return "\"runs_in_a_row\":" + std::to_string(m.put_off) +
               ",\"accepted_rows\":" + std::to_string(m.accepted);
    };
    return store::add_own_audit(db, vault, now, puts_off ? "removals put off" : "removals go on",
                                definition.settings.name, "{" + json(*before) + "}",
                                "{" + json(next) + ",\"unreadable_rows\":" + std::to_string(found) + "}");
}

/// What a plan of the whole export decides for the next ones.
result<void> put_decisions(store::Database& db, const vault::Vault& vault, const RunDefinition& definition,
                           const model::Run& run, const PlanResult& plan, SysTime now) {
    if (!model::is_whole(run.options)) return {};  // a try says nothing of the export
    if (auto told = put_figures(db, definition, run.id, plan); !told) return told;
    if (run.options.takes_back()) return {};  // that reads no rows
    const auto& unreadable = plan.put_off.next;
    const store::UnreadableMemory next{unreadable.accepted, unreadable.put_off};
    if (auto noted = note_put_off(db, vault, definition, next, plan.nameless, now); !noted) return noted;
    return store::put_unreadable(db, definition.export_id, next);
}

result<void> store_plan(store::Database& db, const vault::Vault& vault, const RunDefinition& definition,
                        model::Run& run, const PlanResult& plan, const SpoolPlan& spool, SysTime now) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto before = store::get_run(db, run.id);
    if (!before) return before.error();
    run.planned = plan.planned;
    run.counts = plan.settled;
    // Members that this run removed before a crash lost its spool are in no ledger any more.
    run.planned.removed += before->counts.removed;
    run.counts.removed = before->counts.removed;
    if (auto updated = store::update_run(db, run); !updated) return updated;
    if (auto inserted = store::insert_batches(db, spool.batches()); !inserted) return inserted;
    if (auto decided = put_decisions(db, vault, definition, run, plan, now); !decided) return decided;
    if (auto listed = store::promote_rejects(db, run.id); !listed) return listed;
    auto words_kept = store::remove_unused_words(db, definition.export_id);
    if (!words_kept) return words_kept;
    // Before a batch goes out: it is filtered by the opt-outs.
    if (auto held = store::follow_opt_outs(db, definition.destination, run.id, now); !held) return held;
    auto kept = store::store_plan_revisions(db, run.id, definition.permission.export_revision,
                                            definition.permission.connection_revision);
    if (!kept) return kept;
    return transaction->commit();
}

/// Of a plan that is not delivered: what people see of it.
awaitable<result<void>> store_figures(Environment& env, const RunDefinition& definition, model::RunId run,
                                      const PlanResult& plan) {
    const auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto told = put_figures(db, definition, run, plan); !told) return told;
        return transaction->commit();
    };
    co_return co_await env.store->run(write);
}

/// An export that holds every run holds an undo too; a withdrawal was confirmed with its figure, and a try is
/// what a person asked for.
plan::GuardVerdict verdict_on(const model::Export& definition, const plan::Figures& figures,
                              const model::RunOptions& options) {
    if (options.withdraw) return {};
    if (options.only_member) return plan::check_try(definition, figures);
    const bool hold = options.hold || definition.hold;
    return options.undo_of != 0 ? plan::check_undo_guards(definition, figures, hold)
                                : plan::check_guards(definition, figures, hold);
}

}  // namespace

awaitable<result<PlanResult>> plan_into(Environment& env, const RunDefinition& definition,
                                        const GroupBits& groups, model::RunId run, model::RunOptions options,
                                        std::stop_token stop, PlanWriter& writer, SeenContacts seen) {
    OpenSources sources;
    if (!options.takes_back()) {
        auto opened = co_await open_sources(env, definition.settings.segments);
        if (!opened) co_return opened.error();
        sources = std::move(*opened);
    }
    auto vault = co_await own_vault(env);
    if (!vault) co_return vault.error();
    PlanInput input;
    input.definition = definition.settings;
    input.export_id = definition.export_id;
    input.run = run;
    input.options = options;
    input.segments = std::move(sources.segments);
    input.groups = groups;
    input.wire_fields = definition.wire_fields;
    input.field_ids = definition.field_ids();
    const auto rules = definition.session->provider->value_rules(definition.fields);
    input.rules = rules.get();
    input.destination = definition.destination;
    input.seen = std::move(seen);
    input.slots = definition.slots;
    input.now = env.time->now();
    input.store = env.store;
    input.vault = vault->get();
    input.stop = std::move(stop);
    const auto make = [&] {
        return options.withdraw       ? make_withdrawal_plan(input, writer)
               : options.undo_of != 0 ? make_undo_plan(input, writer)
                                      : make_plan(input, writer);
    };
    auto plan = co_await env.readers->run(make);
    if (plan) plan->figures.forgets_lost_since = definition.forgets_lost_since;
    co_return plan;
}

awaitable<result<StoredPlan>> make_and_store_plan(Environment& env, const RunDefinition& definition,
                                                  const GroupBits& groups, RunProgress& progress,
                                                  std::stop_token stop) {
    model::Run& run = progress.run;
    for (int attempt = 1;; ++attempt) {
        if (auto dropped = co_await drop_plan(env, progress); !dropped) co_return dropped.error();
        SpoolPlan spool(env.spool_dir, run.id, new_plan_id(*env.random), definition.limits,
                        *definition.session->provider, definition.wire_fields, *env.store);
        auto plan = co_await plan_into(env, definition, groups, run.id, run.options, stop, spool);
        if (!plan && plan.error().code == Errc::source_changed && attempt < reads_of_a_changing_source)
            continue;
        if (!plan) co_return plan.error();
        StoredPlan out;
        out.note = std::move(plan->note);
        out.verdict = verdict_on(definition.settings, plan->figures, run.options);
        run.planned = plan->planned;
        run.delivered_before = plan->figures.ledger;
        env.log->write(log::run_planned(progress.ref(), plan->planned));
        progress.events.plan(plan->planned.added + plan->planned.updated + plan->planned.removed,
                             plan->settled.added + plan->settled.updated);
        if (out.verdict.kind == plan::GuardVerdict::Kind::skip || run.options.dry_run) {
            if (run.options.only_member) co_return out;
            if (auto told = co_await store_figures(env, definition, run.id, *plan); !told)
                co_return told.error();
            co_return out;
        }
        auto remembered = co_await remember_people(*env.store, definition.destination, plan->people);
        if (!remembered) co_return remembered.error();
        const auto store_it = [&](store::Database& db, const vault::Vault& keys) {
            return store_plan(db, keys, definition, run, *plan, spool, env.time->now());
        };
        auto stored = co_await env.store->run(store_it);
        if (!stored) co_return stored.error();
        if (plan->planned.removals_put_off > 0 && model::is_whole(run.options))
            env.log->write(log::removals_put_off(progress.ref(), plan->planned.removals_put_off,
                                                 plan->nameless, plan->figures.unreadable_why));
        out.batches = spool.batches();
        co_return out;
    }
}

}  // namespace audienced::run
