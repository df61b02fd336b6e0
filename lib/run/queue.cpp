#include "run/queue.hpp"

#include "run/flow.hpp"
#include "run/next_runs.hpp"
#include "run/record.hpp"
#include "spool/file.hpp"

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
      turns_(env_.io),
      changed_(env_.io),
      tasks_(env_.io, [this](const std::string& name,
                             const std::string& what) { env_.log->write(log::internal_error(name, what)); }),
      pauses_(env_.io, [this](const std::string& name, const std::string& what) {
          env_.log->write(log::internal_error(name, what));
      }) {
    under_way_.most = most;
    env_.turns = &turns_;
    env_.revoke_connection = [this](const std::string& name, const Error& why) {
        revoke_connection(name, why);
    };
}

// A change may come while the store is being asked: the flag keeps it until the next look.
void Queue::wake() {
    recheck_ = true;
    changed_.notify_all();
}

awaitable<result<NextRuns>> Queue::look() {
    const UnderWay now = under_way_;
    const bool may_start = !draining_, first = first_look_;
    const SysTime at = env_.time->now();
    const auto ask = [&](store::Database& db, const vault::Vault& vault) -> result<NextRuns> {
        auto found = find_next_runs(db, vault, now, may_start, at);
        if (!found) return found;
        for (const model::Run& run : found->expired) (void)spool::remove_run(env_.spool_dir, run.id);
        if (first) (void)spool::remove_strays(env_.spool_dir, found->open);
        return found;
    };
    co_return co_await env_.store->run(ask);
}

void Queue::start(const Candidate& candidate) {
    auto run = std::make_shared<RunUnderWay>(env_, candidate.run);
    run->progress.connection = candidate.connection;
    run->destination_key = candidate.destination_key;
    if (candidate.run.cancel_requested) run->control.stop_reason = StopReason::cancelled;
    active_[candidate.run.id] = run;
    under_way_.runs.insert(candidate.run.id);
    under_way_.exports.insert(candidate.run.export_name);
    if (candidate.run.status != model::RunStatus::queued)
        env_.log->write(log::run_resumed(run->progress.ref(), candidate.run.status));
    else
        env_.log->write(log::run_started(run->progress.ref()));
    tasks_.spawn("run " + std::to_string(candidate.run.id), carry(std::move(run)));
}

awaitable<void> Queue::carry(std::shared_ptr<RunUnderWay> run) {
    const model::RunId id = run->progress.run.id;
    run->control.tasks.spawn("run " + std::to_string(id), carry_out(*run));
    co_await run->control.tasks.wait();
    active_.erase(id);
    under_way_.runs.erase(id);
    under_way_.exports.erase(run->progress.run.export_name);
    if (!run->progress.recorded && run->control.stop_reason != StopReason::shutdown) {
        under_way_.cooling.insert(id);
        pauses_.spawn("cool down", cool_down(id));
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

awaitable<void> Queue::retry_store() {
    (void)co_await env_.time->sleep_for(cooling);
    looks_again_ = false;
    wake();
}

void Queue::act_on(const NextRuns& found) {
    for (const model::Run& run : found.expired) env_.log->write(log::run_finished(log::run_ref(run), run));
    if (draining_) return;
    for (const Candidate& candidate : found.start) start(candidate);
    first_look_ = false;
}

awaitable<void> Queue::serve() {
    for (;;) {
        recheck_ = false;
        auto found = co_await look();
        if (found) {
            act_on(*found);
        } else {
            env_.log->write(log::store_trouble(found.error()));
            if (!std::exchange(looks_again_, true)) pauses_.spawn("ask the store again", retry_store());
        }
        if (draining_ && active_.empty()) break;
        if (recheck_) continue;
        auto woken = co_await changed_.wait();
        if (!woken) break;
    }
    co_await tasks_.wait();
    pauses_.cancel();
    co_await pauses_.wait();
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

void Queue::revoke_if(const std::function<bool(const RunUnderWay&)>& concerned, const Error& why) {
    for (auto& [id, run] : active_)
        if (concerned(*run)) run->control.revoke(why, run->progress.long_waits > 0);
    wake();  // held plans expire at the next look
}

void Queue::revoke_connection(const std::string& name, const Error& why) {
    revoke_if([&](const RunUnderWay& run) { return run.progress.connection == name; }, why);
}

void Queue::revoke_export(const std::string& name, const Error& why) {
    revoke_if([&](const RunUnderWay& run) { return run.progress.run.export_name == name; }, why);
}

void Queue::forget_in(model::RunId id) {
    const auto it = active_.find(id);
    if (it == active_.end()) return;
    ++it->second->control.forgets;
    const auto why = make_error(Errc::plan_expired, "an address of its plan was forgotten since it was made",
                                "start another run of " + it->second->progress.run.export_name);
    it->second->control.revoke(why, it->second->progress.long_waits > 0);
    wake();
}

void Queue::drain() {
    draining_ = true;
    for (auto& [id, run] : active_)
        if (run->control.stop_reason == StopReason::none || run->control.must_plan_anew())
            stop(*run, StopReason::shutdown);
    wake();
}

void Queue::abort() {
    for (auto& [id, run] : active_) run->control.abort();
}

}  // namespace audienced::run
