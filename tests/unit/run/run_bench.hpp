// Runs on a real store in a directory of its own, against a scripted provider and scripted sources, in fake
// time. What lib/run wants its parts to be made of is known here alone.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aio/task_group.hpp"
#include "log/events.hpp"
#include "run/queue.hpp"
#include "store/contacts.hpp"
#include "store/delivered.hpp"
#include "store/destinations.hpp"
#include "store/intents.hpp"
#include "store/memberships.hpp"
#include "store/opt_outs.hpp"
#include "store/rejects.hpp"
#include "support/run_coro.hpp"
#include "support/scripted_provider.hpp"
#include "support/scripted_source.hpp"
#include "unit/store/state.hpp"

namespace audienced::test {

/// What was logged, in order.
struct LoggedEvents final : log::Log {
    std::vector<log::Event> events;
    void write(log::Event event) noexcept override { events.push_back(std::move(event)); }
    std::size_t count(log::Kind kind) const;
    bool has(log::Kind kind) const { return count(kind) > 0; }
};

/// What a crash at some instant leaves: the state directory, and what the provider holds.
struct CrashImage {
    std::shared_ptr<TempDir> dir;
    ScriptedAccount account;
    ScriptedSegments segments;
    SysTime at;
};

/// Rows of "buyers".
inline const std::vector<std::vector<std::string>> three_rows{
    {"ann@example.org", "Ann"}, {"bob@example.org", "Bob"}, {"cid@example.org", "Cid"}};
inline const std::vector<std::string> three_addresses{"ann@example.org", "bob@example.org",
                                                      "cid@example.org"};

/// What is remembered of a member, as the plan of "weekly" sees it.
struct Remembered {
    std::uint64_t values = 0;
    std::int64_t last_run = 0;
    bool delivered = false;
    std::uint64_t groups = 0, owned = 0;  // bits
    model::ContactId contact_id;
    std::string address;
};

class RunBench {
public:
    /// One export "weekly" of segment "buyers" (title "Buyers") by connection "news" to destination "aud1";
    /// email is the address, first goes to FNAME. Limits: two members a batch, one batch at a time.
    RunBench();
    /// The daemon starts again on what a crash left.
    explicit RunBench(const CrashImage& image);
    ~RunBench();

    // What people define.
    void rows(std::vector<std::vector<std::string>> rows, const std::string& segment = "buyers") {
        segments.rows[segment] = std::move(rows);
    }
    void add_segment(const std::string& name);  // title: "Title of NAME"; and the export gets it
    void edit_export(const std::function<void(model::Export&)>& edit);  // as of now
    void edit_connection(const std::function<void(model::Connection&)>& edit);
    model::RunId queue_run(model::RunOptions options = {},
                           model::Trigger trigger = model::Trigger::on_demand);

    /// Another export by the same connection, like "weekly" otherwise.
    void add_export(const std::string& name, const std::string& destination);
    model::RunId queue_run_of(const std::string& export_name);
    void request_cancel(model::RunId id);
    void approve(model::RunId id);

    // Running.
    /// Carries this run from where it stands to where it ends, or is held.
    model::Run carry_out(model::RunId id);
    model::Run run_once(model::RunOptions options = {}) { return carry_out(queue_run(options)); }
    /// Begins to serve the queue; one at a time. wait_until() makes time pass.
    run::Queue& serve(std::size_t most = 256);
    void wait_until(const std::function<bool()>& done);
    /// Until the run is over or held.
    model::Run wait_for(model::RunId id);
    /// Until no step is ready and no worker has a job; time stands still.
    void settle_down();
    /// drain() and the end of serve().
    void stop_serving();
    CrashImage crash_image();

    // What is stored.
    template <class F>  // f(Database&, const vault::Vault&) -> result<T>, on the store's thread
    auto in_store(F f) {
        return store->run_blocking(std::move(f)).value();
    }
    model::Run row(model::RunId id);
    std::vector<store::BatchRow> unsettled(model::RunId id);
    std::vector<store::Reject> rejects(model::RunId id);
    /// None: nothing was delivered to it, and it holds no membership of "weekly".
    std::optional<Remembered> ledger(const std::string& address);
    /// The reasons why this address must not be touched, by name, separated by blanks; empty: none.
    std::string opt_out(const std::string& address);
    model::Standing standing(const std::string& address, const std::string& group);
    std::vector<store::Intent> intents();
    model::DestinationId destination();
    void put_opt_out(const std::string& address, std::string reason);
    store::PullState pull_state();
    /// From now on SQLite refuses such a write: "BEFORE UPDATE ON runs WHEN NEW.status = 'failed'".
    void refuse_writes(const std::string& when);
    void allow_writes();
    /// Any statement that gives no rows.
    void execute(const std::string& sql);
    std::string spool_file(model::RunId id, const std::string& part) const;

    std::shared_ptr<TempDir> dir;
    boost::asio::io_context io{1};
    FakeTime time;
    LoggedEvents log;
    ScriptedSegments segments;
    ScriptedService service{io.get_executor(), time};
    std::unique_ptr<store::Store> store;
    std::string destination_key = "acc1/aud1";
    run::Environment env;

private:
    void open_store();
    void define();
    std::optional<store::StateLock> lock_;
    aio::Worker readers_{2};
    provider::Limiters limiters_{time, io.get_executor(), nullptr};
    std::optional<run::Queue> queue_;
    aio::TaskGroup serving_{io.get_executor()};
};

}  // namespace audienced::test
