#include "run/queue.hpp"

#include "model/destination_key.hpp"
#include "run/flow.hpp"
#include "run/record.hpp"
#include "spool/file.hpp"
#include "store/definitions.hpp"
#include "store/runs.hpp"

namespace audienced::run {
namespace {

constexpr std::size_t ended_kept = 16;
constexpr auto cooling = std::chrono::seconds{30};

/// Batches under way are waited for, since their outcome would be unknown otherwise; everything else only
/// reads, or waits, and ends at once.
void stop(Context& ctx, StopReason why) {
    ctx.stop = why;
    ctx.stop_reading.request_stop();
    ctx.changed.notify_all();
    if (!ctx.lanes)
        ctx.tasks.cancel();
    else if (ctx.long_waits > 0)
        ctx.lanes->cancel();
}

}  // namespace

Queue::Queue(Environment env, std::size_t most)
    : env_(std::move(env)),
      changed_(env_.io),
      tasks_(env_.io, [this](const std::string& name, const std::string& what) {
          env_.log->write(log::internal_error(name, what));
      }) {
    under_way_.most = most;
}

// A change may come while the store is being asked: the flag keeps it until the next look.
void Queue::wake() {
    recheck_ = true;
    changed_.notify_all();
}

awaitable<result<std::vector<Candidate>>> Queue::open_candidates() {
    const auto load = [](store::Database& db, const vault::Vault&) -> result<std::vector<Candidate>> {
        auto open = store::open_runs(db);
        if (!open) return open.error();
        std::vector<Candidate> out;
        for (model::Run& run : *open) {
            Candidate c;
            auto definition = store::get_export(db, run.export_name);
            if (definition) {
                // By account, not by connection: two connections to one account share its destinations.
                auto connection = store::get_connection(db, definition->connection);
                c.destination_key =
                    connection && !connection->account_id.empty()
                        ? model::destination_key(*connection, *definition)
                        : model::DestinationKey(definition->connection + "/" + definition->destination);
            }
            c.run = std::move(run);
            out.push_back(std::move(c));
        }
        return out;
    };
    co_return co_await env_.store->run(load);
}

void Queue::start(const Candidate& candidate, bool resumed) {
    auto ctx = std::make_shared<Context>(env_, candidate.run);
    if (candidate.run.cancel_requested) ctx->stop = StopReason::cancelled;
    active_[candidate.run.id] = ctx;
    under_way_.runs.insert(candidate.run.id);
    under_way_.exports.insert(candidate.run.export_name);
    under_way_.destination_keys.insert(candidate.destination_key);
    if (resumed)
        env_.log->write(log::run_resumed(ctx->ref(), candidate.run.status));
    else
        env_.log->write(log::run_started(ctx->ref()));
    tasks_.spawn("run " + std::to_string(candidate.run.id), carry(std::move(ctx), candidate.destination_key));
}

awaitable<void> Queue::carry(std::shared_ptr<Context> ctx, model::DestinationKey destination_key) {
    const model::RunId id = ctx->run.id;
    ctx->tasks.spawn("run " + std::to_string(id), carry_out(*ctx));
    co_await ctx->tasks.wait();
    active_.erase(id);
    under_way_.runs.erase(id);
    under_way_.exports.erase(ctx->run.export_name);
    under_way_.destination_keys.erase(destination_key);
    if (!ctx->recorded && ctx->stop != StopReason::shutdown) {
        under_way_.cooling.insert(id);
        tasks_.spawn("cool down", cool_down(id));
    }
    ended_[id] = std::move(ctx);
    if (ended_.size() > ended_kept) ended_.erase(ended_.begin());
    wake();
}

awaitable<void> Queue::cool_down(model::RunId run) {
    (void)co_await env_.time->sleep_for(cooling);
    under_way_.cooling.erase(run);
    wake();
}

awaitable<void> Queue::serve() {
    for (;;) {
        recheck_ = false;
        auto open = co_await open_candidates();
        if (!open) env_.log->write(log::store_trouble(open.error()));
        if (open && first_look_) {
            std::vector<model::RunId> keep;
            for (const Candidate& c : *open) keep.push_back(c.run.id);
            spool::remove_strays(env_.spool_dir, keep);
        }
        if (open && !draining_) {
            for (const std::size_t i : pick_runs(*open, under_way_))
                start((*open)[i], (*open)[i].run.status != model::RunStatus::queued);
            first_look_ = false;
        }
        if (draining_ && active_.empty()) break;
        if (recheck_) continue;
        auto woken = co_await changed_.wait();
        if (!woken) break;
    }
    co_await tasks_.wait();
}

std::shared_ptr<Context> Queue::find(model::RunId run) const {
    if (const auto it = active_.find(run); it != active_.end()) return it->second;
    if (const auto it = ended_.find(run); it != ended_.end()) return it->second;
    return nullptr;
}

void Queue::cancel(model::RunId run) {
    wake();  // a queued run is started, sees that it is cancelled, and ends
    const auto it = active_.find(run);
    if (it == active_.end()) return;
    stop(*it->second, StopReason::cancelled);
}

void Queue::drain() {
    draining_ = true;
    for (auto& [id, ctx] : active_) {
        if (ctx->stop == StopReason::none) stop(*ctx, StopReason::shutdown);
    }
    wake();
}

void Queue::abort() {
    for (auto& [id, ctx] : active_) {
        if (ctx->lanes) ctx->lanes->cancel();
        ctx->tasks.cancel();
    }
}

}  // namespace audienced::run
