#include "source/customer_insights/refresh.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "source/customer_insights/answers.hpp"

namespace audienced::source::customer_insights {
namespace {
using json = nlohmann::json;

// Names of states and operations: the models of Microsoft's client library for the API (GraphJobInfo,
// GraphTaskInfo).
constexpr std::array under_segments{"ingestion", "derivedEntity", "dataPreparation", "map",         "match",
                                    "merge",     "profileStore",  "segmentation",    "relationship"};
constexpr std::array under_way{"queued", "needsUpdate", "running"};
constexpr std::array broken{"failed", "timedOut", "aborted"};

bool one_of(const auto& list, std::string_view word) {
    return std::any_of(list.begin(), list.end(), [&](const char* l) { return iequals(l, word); });
}

/// A job of all operations, or one that does not say which, holds those that matter.
bool concerns_segments(const std::string& operation) {
    return operation.empty() || iequals(operation, "all") || iequals(operation, "none") ||
           one_of(under_segments, operation);
}

RefreshJob job_of(const json& from) {
    RefreshJob job;
    job.id = text_at(from, "jobId");
    job.operation = text_at(from, "operationType");
    job.status = text_at(from, "jobStatus");
    job.submitted = text_at(from, "submittedTimestamp");
    if (const auto tasks = from.find("tasks"); tasks != from.end() && tasks->is_array())
        for (const json& t : *tasks)
            if (t.is_object()) job.tasks.push_back({text_at(t, "operationType"), text_at(t, "taskStatus")});
    return job;
}

}  // namespace

result<std::optional<RefreshJob>> parse_last_job(std::string_view body) {
    const json root = json::parse(body, nullptr, false);
    const json* list = root.is_array() ? &root : nullptr;
    if (root.is_object() && root.contains("value") && root["value"].is_array()) list = &root["value"];
    if (!list) return retryable(Errc::not_ready, "Customer Insights did not answer with a list of jobs");
    std::optional<RefreshJob> last;
    for (const json& one : *list) {
        if (!one.is_object()) continue;
        RefreshJob job = job_of(one);
        // The order of the list is not documented; instants in UTC compare as text.
        if (concerns_segments(job.operation) && (!last || job.submitted > last->submitted))
            last = std::move(job);
    }
    return last;
}

result<void> check_refresh(const RefreshJob& job, RefreshCheck check) {
    if (check == RefreshCheck::off) return {};
    // The rest of a job (exports, measures) may go on: what segments rest on is done.
    bool busy = one_of(under_way, job.status), tasks_known = false;
    const RefreshJob::Task* failed = nullptr;
    bool task_busy = false;
    for (const auto& task : job.tasks) {
        if (!one_of(under_segments, task.operation)) continue;
        tasks_known = true;
        task_busy = task_busy || one_of(under_way, task.status);
        if (!failed && one_of(broken, task.status)) failed = &task;
    }
    if (tasks_known) busy = task_busy;
    if (busy) return retryable(Errc::not_ready, "a refresh of the instance is under way");
    if (check == RefreshCheck::over) return {};
    if (failed)
        return retryable(
            Errc::not_ready,
            "the last refresh of the instance failed at " + failed->operation + " (" + failed->status + ")",
            "look at the status page of Customer Insights, and refresh again");
    if (!tasks_known && one_of(broken, job.status))
        return retryable(Errc::not_ready, "the last refresh of the instance ended as " + job.status,
                         "look at the status page of Customer Insights, and refresh again");
    return {};
}

}  // namespace audienced::source::customer_insights
