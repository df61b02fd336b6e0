#include "run/try_again.hpp"

#include <array>

#include "base/clock.hpp"
#include "store/retries.hpp"

namespace audienced::run {
namespace {

using std::chrono::minutes;
constexpr std::array waits{minutes{5}, minutes{15}, minutes{60}};

bool is_delivered(const model::Run& run) {
    return model::is_whole(run.options) && run.trigger != model::Trigger::undo &&
           (run.status == model::RunStatus::succeeded ||
            run.status == model::RunStatus::completed_with_rejects);
}

}  // namespace

bool passes_by_itself(const Error& error) noexcept {
    switch (error.code) {
        case Errc::network:
        case Errc::timeout:
        case Errc::bad_answer:
        case Errc::rate_limited:
        case Errc::store_busy:
        case Errc::store_full:
            return true;
        case Errc::tls:
            return error.safe_to_retry;
        default:
            return false;
    }
}

result<RetryPlan> plan_retry(store::Database& db, const model::Run& run, bool failure_passes, SysTime now) {
    const bool repeat = run.status == model::RunStatus::failed && failure_passes &&
                        run.trigger == model::Trigger::schedule && !run.cancel_requested;
    auto before = store::get_retry(db, run.export_name);
    if (!before) return before.error();
    const bool is_retry = *before && (**before).run == run.id && !(**before).due;
    if (!repeat) {
        // Another run that fails changes nothing of what the schedule does.
        if (!*before || (!is_retry && !is_delivered(run))) return RetryPlan{};
        if (auto removed = store::remove_retry(db, run.export_name); !removed) return removed.error();
        return RetryPlan{};
    }
    const int tried = is_retry ? (**before).attempt : 0;
    if (tried >= static_cast<int>(waits.size())) {
        if (auto removed = store::remove_retry(db, run.export_name); !removed) return removed.error();
        return RetryPlan{{}, tried};
    }
    store::Retry retry;
    retry.export_name = run.export_name;
    retry.run = run.id;
    retry.attempt = tried + 1;
    retry.due = now + waits[static_cast<std::size_t>(tried)];
    if (auto put = store::put_retry(db, retry); !put) return put.error();
    return RetryPlan{retry.due};
}

}  // namespace audienced::run
