// Runs waiting and under way: one at a time per export. Those of one destination deliver in turns
// (turns.hpp).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aio/task_group.hpp"
#include "run/next_runs.hpp"
#include "run/turns.hpp"
#include "run/under_way.hpp"

namespace audienced::run {

class Queue {
public:
    /// At most `most` runs under way at a time; further ones wait.
    explicit Queue(Environment env, std::size_t most = 256);

    /// Goes on with what a crash left, then takes queued runs as they come. Ends after drain() when nothing
    /// is under way.
    awaitable<void> serve();
    /// The store has a new queued run, or a held one was approved.
    void wake();
    /// The store knows that it is to be cancelled.
    void cancel(model::RunId run);
    /// The store knows that plans of this connection, or export, may not be delivered any more: when these
    /// return, the runs under way send nothing new; held plans expire.
    void revoke_connection(const std::string& name, const Error& why);
    void revoke_export(const std::string& name, const Error& why);

    /// An address of its plan was forgotten: a run under way plans anew.
    void forget_in(model::RunId run);

    /// Starts nothing more; what is under way gets to its next settled batch and stops there, to go on at the
    /// next start.
    void drain();
    /// Cancels what is still under way.
    void abort();
    std::size_t under_way() const noexcept { return active_.size(); }
    std::size_t most() const noexcept { return under_way_.most; }

    /// While a run is under way, and for a while after.
    std::shared_ptr<RunEventLog> events(model::RunId run) const;
    Environment& environment() noexcept { return env_; }

private:
    awaitable<result<NextRuns>> look();
    void act_on(const NextRuns& found);
    void revoke_if(const std::function<bool(const RunUnderWay&)>& concerned, const Error& why);
    awaitable<void> carry(std::shared_ptr<RunUnderWay> run);
    awaitable<void> cool_down(model::RunId run);
    awaitable<void> retry_store();
    void start(const Candidate& candidate);

    Environment env_;
    Turns turns_;
    aio::Event changed_;
    aio::TaskGroup tasks_;
    aio::TaskGroup pauses_;  // before something is tried again; cut short at the end
    std::map<model::RunId, std::shared_ptr<RunUnderWay>> active_;
    UnderWay under_way_;
    std::map<model::RunId, std::shared_ptr<RunUnderWay>> ended_;  // the last few, for followers
    bool draining_ = false, first_look_ = true;
    bool recheck_ = true;       // something changed since the store was last asked
    bool looks_again_ = false;  // soon, since the store could not be asked
};

}  // namespace audienced::run
