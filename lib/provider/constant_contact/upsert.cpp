#include "provider/constant_contact/upsert.hpp"

#include "provider/constant_contact/jobs.hpp"
#include "provider/constant_contact/reconcile.hpp"
#include "provider/constant_contact/wire/outcomes_from_import.hpp"

namespace audienced::provider::constant_contact {
namespace {

Error import_refused(const http::Response& response, const std::string& list) {
    Error e = refusal(response, "importing into list " + list);
    e.hint =
        "check that the list still exists: `audiencectl export test`; if it was deleted on purpose, give "
        "the "
        "export another --destination";
    return e;
}

Call import_call(const Session& session, const model::Batch& batch, std::span<const std::size_t> rows) {
    return import_contacts(import_body(batch, rows, session.columns(batch.fields)));
}

}  // namespace

awaitable<result<Submitted>> submit_import(Session& session, const model::Batch& batch) {
    Submitted out;
    const std::vector<std::size_t> rows = sendable(batch);
    if (rows.empty()) {
        out.outcomes = outcomes_before(batch);
        co_return out;
    }
    Call call = import_call(session, batch, rows);
    auto answer = co_await session.call(std::move(call));
    if (!answer) co_return answer.error();
    if (!answer->response.ok()) co_return import_refused(answer->response, batch.destination);
    auto job = read_activity(answer->response.body);
    if (!job) co_return job.error();
    out.ticket = std::move(job->id);
    co_return out;
}

awaitable<result<std::vector<model::Outcome>>> collect_import(Session& session, std::string ticket,
                                                              const model::Batch& batch) {
    auto job = co_await ended_job(session, std::move(ticket));
    if (!job) co_return job.error();
    std::vector<model::Outcome> outcomes = outcomes_before(batch);
    const std::vector<std::size_t> rows = sendable(batch);
    const Unnamed left = outcomes_from_import(*job, rows, outcomes);
    if (left.any()) {
        auto named = co_await name_the_unnamed(session, batch, left, outcomes);
        if (!named) co_return named.error();
    }
    session.ended.erase(job->id);
    co_return outcomes;
}

}  // namespace audienced::provider::constant_contact
