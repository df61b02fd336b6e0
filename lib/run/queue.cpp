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

void stop(RunUnderWay& run, StopReason why) {
    run.control.stop(why, run.progress.long_waits > 0);
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
    auto run = std::make_shared<RunUnderWay>(env_, candidate.run);
    if (candidate.run.cancel_requested) run->control.stop_reason = StopReason::cancelled;
    active_[candidate.run.id] = run;
    under_way_.runs.insert(candidate.run.id);
    under_way_.exports.insert(candidate.run.export_name);
    under_way_.destination_keys.insert(candidate.destination_key);
    if (resumed)
        env_.log->write(log::run_resumed(run->progress.ref(), candidate.run.status));
    else
        env_.log->write(log::run_started(run->progress.ref()));
    tasks_.spawn("run " + std::to_string(candidate.run.id), carry(std::move(run), candidate.destination_key));
}

awaitable<void> Queue::carry(std::shared_ptr<RunUnderWay> run, model::DestinationKey destination_key) {
    const model::RunId id = run->progress.run.id;
    run->control.tasks.spawn("run " + std::to_string(id), carry_out(*run));
    co_await run->control.tasks.wait();
    active_.erase(id);
    under_way_.runs.erase(id);
    under_way_.exports.erase(run->progress.run.export_name);
    under_way_.destination_keys.erase(destination_key);
    if (!run->progress.recorded && run->control.stop_reason != StopReason::shutdown) {
        under_way_.cooling.insert(id);
        tasks_.spawn("cool down", cool_down(id));
    }
    ended_[id] = std::move(run);
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

std::shared_ptr<RunEventLog> Queue::events(model::RunId id) const {
    std::shared_ptr<RunUnderWay> run;
    if (const auto it = ended_.find(id); it != ended_.end()) run = it->second;
    if (const auto it = active_.find(id); it != active_.end()) run = it->second;
    // Shares in owning the whole run.
    return run ? std::shared_ptr<RunEventLog>(run, &run->progress.events) : nullptr;
}

void Queue::cancel(model::RunId run) {
    wake();  // a queued run is started, sees that it is cancelled, and ends
    const auto it = active_.find(run);
    if (it == active_.end()) return;
    stop(*it->second, StopReason::cancelled);
}

void Queue::drain() {
    draining_ = true;
    for (auto& [id, run] : active_)
        if (run->control.stop_reason == StopReason::none) stop(*run, StopReason::shutdown);
    wake();
}

void Queue::abort() {
    for (auto& [id, run] : active_) run->control.abort();
}

}  // namespace audienced::run
