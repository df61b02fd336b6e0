#include "provider/constant_contact/jobs.hpp"

#include <algorithm>
#include <array>

namespace audienced::provider::constant_contact {
namespace {

using JobKind = JobState::Kind;
using Jobs = std::map<std::string, std::optional<Activity>>;  // nothing: not known any more

JobKind kind_of(std::string_view state) {
    if (state == "completed") return JobKind::finished;
    if (state == "failed" || state == "timed_out") return JobKind::failed;
    if (state == "cancelled") return JobKind::cancelled;
    return JobKind::pending;  // initialized, processing, and words of the future
}

JobState state_of_job(const std::optional<Activity>& job) {
    JobState s;
    s.kind = job ? kind_of(job->state) : JobKind::vanished;
    if (s.kind != JobKind::failed && s.kind != JobKind::cancelled) return s;
    s.why = s.kind == JobKind::cancelled ? "a user cancelled the job at Constant Contact"
                                         : "Constant Contact's job ended as " + job->state;
    return s;
}

/// Of two jobs: any that is under way or went wrong speaks for both.
JobState worse(JobState a, JobState b) {
    const auto rank = [](JobKind k) {
        constexpr std::array order{JobKind::finished, JobKind::failed, JobKind::vanished, JobKind::cancelled,
                                   JobKind::pending};
        return std::find(order.begin(), order.end(), k) - order.begin();
    };
    return rank(b.kind) > rank(a.kind) ? b : a;
}

awaitable<result<void>> ask_one(Session& session, std::string id, std::optional<Activity>& into) {
    Call call = ask_activity(id);
    auto answer = co_await session.call(std::move(call));
    if (!answer) co_return answer.error();
    if (answer->response.status == 404) co_return result<void>{};
    if (!answer->response.ok()) co_return refusal(answer->response, "reading the state of a job");
    auto job = read_activity(answer->response.body);
    if (!job) co_return job.error();
    into = std::move(*job);
    co_return result<void>{};
}

awaitable<result<void>> ask_all(Session& session, Jobs& jobs) {
    Call call = ask_activities();
    auto answer = co_await session.need(std::move(call), "reading the states of jobs");
    if (!answer) co_return answer.error();
    auto listed = read_activities(answer->response.body);
    if (!listed) co_return listed.error();
    for (Activity& job : listed->activities)
        if (const auto wanted = jobs.find(job.id); wanted != jobs.end() && !job.state.empty())
            wanted->second = std::move(job);
    co_return result<void>{};
}

}  // namespace

awaitable<result<std::vector<JobState>>> poll_jobs(Session& session, std::vector<std::string> tickets) {
    Jobs jobs;
    std::vector<Ticket> parsed;
    for (const std::string& text : tickets) {
        parsed.push_back(parse_ticket(text));
        for (const std::string& id : {parsed.back().add, parsed.back().remove})
            if (!id.empty()) jobs.emplace(id, std::nullopt);
    }
    if (jobs.size() > 1) {
        auto asked = co_await ask_all(session, jobs);
        if (!asked) co_return asked.error();
    }
    for (auto& [id, job] : jobs) {
        if (job) continue;
        auto asked = co_await ask_one(session, id, job);
        if (!asked) co_return asked.error();
    }
    std::vector<JobState> out;
    for (const Ticket& t : parsed) {
        JobState state;
        state.kind = JobKind::finished;
        for (const std::string& id : {t.add, t.remove})
            if (!id.empty()) state = worse(std::move(state), state_of_job(jobs[id]));
        out.push_back(std::move(state));
    }
    for (auto& [id, job] : jobs) {
        if (!job || kind_of(job->state) == JobKind::pending) continue;
        session.job_ended(*job);
        if (kind_of(job->state) == JobKind::finished) session.ended[id] = std::move(*job);
    }
    co_return out;
}

awaitable<result<Activity>> ended_job(Session& session, std::string id) {
    if (const auto known = session.ended.find(id); known != session.ended.end()) co_return known->second;
    std::optional<Activity> job;
    auto asked = co_await ask_one(session, id, job);
    if (!asked) co_return asked.error();
    if (!job || kind_of(job->state) != JobKind::finished)
        co_return retryable(Errc::bad_answer, "Constant Contact reports a finished job as unfinished");
    session.job_ended(*job);
    co_return std::move(*job);
}

}  // namespace audienced::provider::constant_contact
