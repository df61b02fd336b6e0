#include "control/handlers/run_stream.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"
#include "run/pick_runs.hpp"
#include "store/runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

constexpr std::chrono::seconds heartbeat{5};
constexpr std::chrono::seconds recheck{1};  // at a run that waits in the queue

std::uint64_t work_of(const model::Counts& c) {
    return c.added + c.updated + c.removed;
}

class RunStream final : public Stream {
public:
    RunStream(Context& context, Caller caller, model::RunId run, std::uint64_t after)
        : context_(context), caller_(std::move(caller)), id_(run), after_(after) {}

    awaitable<std::string> next() override {
        if (done_) co_return std::string{};
        if (!begun_) {
            begun_ = true;
            co_return co_await from_store();
        }
        const Deadline deadline = context_.time->steady() + heartbeat;
        auto events = co_await context_.live->next_run_events(id_, after_, deadline);
        if (!events) co_return std::string{};  // cancelled: the daemon stops
        if (events->empty()) {
            if (context_.time->steady() < deadline) (void)co_await context_.time->sleep_for(recheck);
            co_return co_await from_store();
        }
        // Asked for each event: what the caller may see can end meanwhile.
        const auto permitted = [this](store::Database& db, const vault::Vault&) {
            return visible_run(db, caller_, id_);
        };
        auto allowed = co_await context_.store->run(permitted);
        if (!allowed) {
            done_ = true;
            co_return std::string{};
        }
        std::string lines;
        for (const auto& event : *events) lines += print(json_of(event, reads_everything(caller_))) + "\n";
        after_ = events->back().seq;
        // Where a reader may stop, the last line is what the database says: a held run may be approved
        // meanwhile.
        const auto status = events->back().progress.status;
        if (model::is_final(status) || status == model::RunStatus::held) {
            const std::string last = co_await from_store();
            lines += last;
        }
        co_return lines;
    }

private:
    /// One line with the whole run; ends the stream when the run is final.
    awaitable<std::string> from_store() {
        const auto id = id_;
        std::vector<model::Run> open;
        auto read = [this, id, &open](store::Database& db, const vault::Vault&) -> result<model::Run> {
            auto run = visible_run(db, caller_, id);
            if (!run || run->status != model::RunStatus::queued) return run;
            auto others = store::open_runs(db);
            if (!others) return others.error();
            open = std::move(*others);
            return run;
        };
        auto run = co_await context_.store->run(std::move(read));
        if (!run) {
            done_ = true;
            co_return std::string{};
        }
        *run = as_seen(caller_, std::move(*run));
        done_ = model::is_final(run->status);
        run::Progress progress;
        progress.total = work_of(run->planned);
        progress.done = std::min(progress.total, work_of(run->counts));
        if (const auto live = context_.live->progress(id_))
            progress = *live;
        else
            progress.waiting_for = run::waits_for(*run, open, context_.live->runs_at_once());
        progress.status = run->status;
        json line = json_of(progress, reads_everything(caller_));
        line["seq"] = after_;
        line["at"] = to_iso8601(context_.time->now());
        line["text"] = done_ ? run->reason : std::string{};
        line["run"] = json_of(*run);
        co_return print(line) + "\n";
    }

    Context& context_;
    const Caller caller_;
    model::RunId id_;
    std::uint64_t after_;
    bool begun_ = false, done_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_run_stream(Context& context, Caller caller, model::RunId run,
                                        std::uint64_t after_seq) {
    return std::make_unique<RunStream>(context, std::move(caller), run, after_seq);
}

}  // namespace audienced::control
