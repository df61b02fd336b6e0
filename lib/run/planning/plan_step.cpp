#include "run/planning/plan_step.hpp"

#include "run/open_source.hpp"
#include "run/planning/spool_plan.hpp"
#include "run/record.hpp"
#include "store/runs.hpp"

namespace audienced::run {
namespace {

constexpr int reads_of_a_changing_source = 3;

awaitable<result<std::shared_ptr<vault::Vault>>> own_vault(Environment& env) {
    const auto clone = [](store::Database&,
                          const vault::Vault& vault) -> result<std::shared_ptr<vault::Vault>> {
        return std::make_shared<vault::Vault>(vault.clone());
    };
    co_return co_await env.store->run(clone);
}

result<void> store_plan(store::Database& db, Context& ctx, const PlanResult& plan, const SpoolPlan& spool) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    for (const store::GroupRow& row : ctx.groups)
        if (auto put = store::put_group(db, ctx.export_id, row); !put) return put;
    if (auto cleared = store::clear_group_bits(db, ctx.export_id, ctx.lost_groups); !cleared) return cleared;
    auto before = store::get_run(db, ctx.run.id);
    if (!before) return before.error();
    ctx.run.planned = plan.planned;
    ctx.run.counts = plan.settled;
    // Members that this run removed before a crash lost its spool are in no ledger any more.
    ctx.run.planned.removed += before->counts.removed;
    ctx.run.counts.removed = before->counts.removed;
    if (auto updated = store::update_run(db, ctx.run); !updated) return updated;
    if (auto inserted = store::insert_batches(db, spool.batches()); !inserted) return inserted;
    return transaction->commit();
}

}  // namespace

awaitable<result<PlanResult>> plan_into(Context& ctx, PlanWriter& writer) {
    auto sources = co_await open_sources(ctx.env, ctx.definition.segments);
    if (!sources) co_return sources.error();
    auto vault = co_await own_vault(ctx.env);
    if (!vault) co_return vault.error();
    PlanInput input;
    input.definition = ctx.definition;
    input.export_id = ctx.export_id;
    input.run = ctx.run.id;
    input.options = ctx.run.options;
    input.segments = std::move(sources->segments);
    input.layout = ctx.layout;
    input.lost_groups = ctx.lost_groups;
    input.destination_key = ctx.destination_key;
    input.now = ctx.env.time->now();
    input.store = ctx.env.store;
    input.vault = vault->get();
    input.stop = ctx.stop_reading.get_token();
    const auto make = [&] { return make_plan(input, writer); };
    co_return co_await ctx.env.readers->run(make);
}

awaitable<result<plan::GuardVerdict>> make_and_store_plan(Context& ctx) {
    for (int attempt = 1;; ++attempt) {
        if (auto dropped = co_await drop_plan(ctx); !dropped) co_return dropped.error();
        SpoolPlan spool(ctx.env.spool_dir, ctx.run.id, ctx.limits, *ctx.session->provider, ctx.wire_fields,
                        *ctx.env.store);
        auto plan = co_await plan_into(ctx, spool);
        if (!plan && plan.error().code == Errc::source_changed && attempt < reads_of_a_changing_source)
            continue;
        if (!plan) co_return plan.error();
        auto verdict = plan::check_guards(ctx.definition.guards, plan->figures,
                                          ctx.run.options.hold || ctx.definition.hold);
        ctx.run.planned = plan->planned;
        ctx.env.log->write(log::run_planned(ctx.ref(), plan->planned));
        ctx.events.plan(plan->planned.added + plan->planned.updated + plan->planned.removed,
                        plan->settled.added + plan->settled.updated);
        if (verdict.kind == plan::GuardVerdict::Kind::skip || ctx.run.options.dry_run) co_return verdict;
        const auto store_it = [&](store::Database& db, const vault::Vault&) {
            return store_plan(db, ctx, *plan, spool);
        };
        auto stored = co_await ctx.env.store->run(store_it);
        if (!stored) co_return stored.error();
        co_return verdict;
    }
}

}  // namespace audienced::run
