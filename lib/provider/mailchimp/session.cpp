#include "provider/mailchimp/session.hpp"

#include <algorithm>

#include "provider/api_parts.hpp"
#include "provider/mailchimp/wire/classify_response.hpp"
#include "provider/mailchimp/wire/limits.hpp"
#include "provider/mailchimp/wire/responses.hpp"
#include "provider/refusal.hpp"
#include "retry/backoff.hpp"

namespace audienced::provider::mailchimp {
namespace {

// Tags and calls under way belong to the account; until a first check has told which one it is, to the
// connection.
std::string share_key(const model::Connection& c) {
    return c.account_id.empty() ? "mailchimp/conn/" + c.name : "mailchimp/" + c.account_id;
}

Api::Parts parts_of(const ProviderArgs& args, http::Url base) {
    RateRules rules;
    rules.at_once = calls_at_once;
    return api_parts(args, std::move(base), share_key(*args.connection), rules, classify_response);
}

constexpr const char* new_key = "make a new key at mailchimp.com (Account, Extras, API keys)";

}  // namespace

Session::Session(const ProviderArgs& args, http::Url base)
    : connection_(args.connection->name),
      auth_(args.connection->auth),
      is_stored_(!args.connection->account_id.empty()),
      time_(args.time),
      random_(args.random),
      traffic_(args.traffic),
      observer_(args.observer),
      patience_(args.patience.span),
      api_(parts_of(args, std::move(base))) {}

Error Session::explain(Error e) const {
    if (e.code != Errc::auth) return e;
    // What signs the calls names the connection by itself.
    const std::string whose = "connection " + connection_;
    if (!e.message.starts_with(whose)) e.message = whose + ": " + e.message;
    if (!e.hint.empty()) return e;
    if (auth_ != model::AuthKind::api_key)
        e.hint = "sign in again: audiencectl connection authenticate " + connection_;
    else if (is_stored_)
        e.hint = std::string(new_key) + ", then: audiencectl connection edit " + connection_ +
                 " --api-key-file FILE";
    else
        e.hint = std::string("nothing was added; check the key, or ") + new_key +
                 ", and add the connection with it";
    return e;
}

awaitable<result<Answer>> Session::call(Call call) {
    auto answer = co_await api_.call(call);
    if (!answer) co_return explain(answer.error());
    if (call.writes && answer->response.ok()) {
        last_change = answer->at;
        ++writes_taken_;
    }
    co_return answer;
}

awaitable<result<Answer>> Session::need(Call call, std::string what) {
    auto answer = co_await this->call(std::move(call));
    if (!answer) co_return answer.error();
    if (!answer->response.ok()) co_return refusal(answer->response, what);
    co_return answer;
}

void Session::learn_field_types(const std::string& audience, const std::vector<Field>& fields) {
    FieldTypes types;
    auto& required = required_[audience];
    required.clear();
    for (const Field& f : fields) {
        types[f.name] = f.type;
        if (f.required) required.insert(f.name);
    }
    types_[audience] = std::move(types);
}

bool Session::is_required(const std::string& audience, std::string_view tag) const {
    const auto known = required_.find(audience);
    return known != required_.end() && known->second.contains(tag);
}

awaitable<result<FieldTypes>> Session::field_types(std::string audience) {
    if (const auto known = types_.find(audience); known != types_.end()) co_return known->second;
    Call ask = ask_merge_fields(audience);
    auto answer = co_await need(std::move(ask), "reading the merge fields of audience " + audience);
    if (!answer) co_return answer.error();
    auto fields = read_merge_fields(answer->response.body);
    if (!fields) co_return fields.error();
    learn_field_types(audience, *fields);
    co_return types_[audience];
}

awaitable<result<void>> Session::wait(std::string why, std::chrono::milliseconds how_long) {
    if (traffic_) ++traffic_->retries;
    co_return co_await pause(*time_, observer_, std::move(why), how_long);
}

awaitable<result<void>> Session::back_off(std::string why, unsigned failures) {
    co_return co_await wait(std::move(why), pause_after(failures));
}

std::chrono::milliseconds Session::pause_after(unsigned failures) {
    return std::min(retry::backoff(failures, *random_), retry::longest_pause);
}

Error refusal(const http::Response& response, const std::string& what) {
    const auto problem = read_problem(response.body);
    return provider::refusal("Mailchimp", response, what, problem ? problem->words() : std::string());
}

}  // namespace audienced::provider::mailchimp
