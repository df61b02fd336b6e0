#include "provider/constant_contact/session.hpp"

#include <boost/asio/this_coro.hpp>

#include "provider/api_parts.hpp"
#include "provider/constant_contact/contact_pages.hpp"
#include "provider/constant_contact/wire/classify_response.hpp"
#include "provider/constant_contact/wire/fields.hpp"
#include "provider/constant_contact/wire/limits.hpp"
#include "provider/refusal.hpp"

namespace audienced::provider::constant_contact {
namespace {

// Calls are counted for the application, whichever account it is connected to.
std::string share_key(const model::Connection& c) {
    return "constant-contact/" + (c.client_id.empty() ? "conn/" + c.name : c.client_id);
}

Api::Parts parts_of(const ProviderArgs& args, http::Url base) {
    RateRules rules;
    rules.at_once = calls_at_once;
    rules.windows.push_back({calls_per_second, std::chrono::seconds{1}});
    rules.per_day = calls_per_day;
    return api_parts(args, std::move(base), share_key(*args.connection), rules, classify_response);
}

}  // namespace

Session::Session(const ProviderArgs& args, http::Url base)
    : connection_(args.connection->name),
      client_id_(args.connection->client_id),
      time_(args.time),
      traffic_(args.traffic),
      observer_(args.observer),
      api_(parts_of(args, std::move(base))) {}

Error Session::explain(Error e) const {
    if (e.code != Errc::auth) return e;
    // What signs the calls names the connection by itself.
    const std::string whose = "connection " + connection_;
    if (!e.message.starts_with(whose)) e.message = whose + ": " + e.message;
    if (e.hint.empty()) e.hint = "sign in again: audiencectl connection authenticate " + connection_;
    return e;
}

Error Session::not_allowed(const http::Response& response) const {
    const auto problem = read_problem(response.body);
    const std::string words = problem ? problem->words() : "";
    Error e = make_error(
        Errc::auth,
        "Constant Contact denies this call to the signed-in user or the application" +
            (words.empty() ? std::string() : " (" + words + ")"),
        "sign in as Account Owner or Account Manager and grant contact_data: audiencectl connection "
        "authenticate " +
            connection_);
    return explain(std::move(e));
}

awaitable<result<Answer>> Session::ask(Call call) {
    for (unsigned waits = 0;; ++waits) {
        auto answer = co_await api_.call(call);
        if (answer) co_return answer;
        const Error e = answer.error();
        if (!is_queue_full(e)) co_return explain(e);
        if (waits >= max_queue_waits)
            co_return retryable(Errc::rate_limited, e.message, "the next run continues");
        if (traffic_) ++traffic_->retries;
        auto paused = co_await pause(*time_, observer_, e.message, queue_wait);
        if (!paused) co_return paused.error();
    }
}

awaitable<result<Answer>> Session::call(Call call) {
    auto answer = co_await ask(std::move(call));
    if (answer && answer->response.status == 403) co_return not_allowed(answer->response);
    co_return answer;
}

awaitable<result<Answer>> Session::need(Call call, std::string what) {
    auto answer = co_await this->call(std::move(call));
    if (!answer) co_return answer.error();
    if (!answer->response.ok()) co_return refusal(answer->response, what);
    co_return answer;
}

std::vector<std::string> Session::columns(const std::vector<std::string>& fields) const {
    std::vector<std::string> out;
    for (const std::string& field : fields) out.push_back(field_name(field, custom_fields));
    return out;
}

awaitable<result<const IdTable*>> Session::ids_of(ContactsQuery query) {
    const std::string key = !query.list.empty()  ? "list " + query.list
                            : !query.tag.empty() ? "tag " + query.tag
                                                 : "all";
    auto executor = co_await boost::asio::this_coro::executor;
    if (!table_read_) table_read_.emplace(executor);
    while (reading_table_) {
        auto waited = co_await table_read_->wait();
        if (!waited) co_return waited.error();
    }
    if (const auto known = id_tables_.find(key); known != id_tables_.end()) co_return &known->second;
    reading_table_ = true;
    // The waiters resume, however this ends: a cancelled coroutine leaves by an exception.
    struct Done {
        Session* session;
        ~Done() {
            session->reading_table_ = false;
            session->table_read_->notify_all();
        }
    };
    const Done done{this};
    IdTable table;
    query.count = true;
    ContactPages pages(*this, query);
    while (!pages.at_end()) {
        auto page = co_await pages.next();
        if (!page) co_return page.error();
        for (const Contact& c : page->contacts) table.add(c.address, c.id);
    }
    // A member that is missing here would count as one that has left.
    if (!pages.complete())
        co_return retryable(Errc::bad_answer, "Constant Contact lists fewer contacts than it claims",
                            "the next run reads them again");
    table.finish();
    const IdTable* kept = &id_tables_.insert_or_assign(key, std::move(table)).first->second;
    co_return kept;
}

Error refusal(const http::Response& response, const std::string& what) {
    const auto problem = read_problem(response.body);
    return provider::refusal("Constant Contact", response, what, problem ? problem->words() : std::string());
}

}  // namespace audienced::provider::constant_contact
