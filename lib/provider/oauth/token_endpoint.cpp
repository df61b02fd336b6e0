#include "provider/oauth/token_endpoint.hpp"

#include "retry/backoff.hpp"

namespace audienced::provider::oauth {
namespace {

constexpr std::chrono::seconds patience{30};  // for one answer

}  // namespace

awaitable<result<http::Response>> TokenEndpoint::once(Application app, http::Request request) {
    RateRules rules;
    rules.at_once = 1;
    rules.windows.push_back({app.rules.token_calls_per_second, std::chrono::seconds{1}});
    auto limiter = limiters_.get("sign-in/" + app.login_base.host + "/" + app.client_id, rules);
    auto permit = co_await limiter->acquire(true);
    if (!permit) co_return permit.error();
    const Deadline deadline = time_.steady() + patience;
    co_return co_await http_.send(std::move(request), deadline);
}

awaitable<result<TokenEndpoint::Asked>> TokenEndpoint::ask(Application app, http::Request request,
                                                           unsigned max_attempts) {
    Asked out;
    for (unsigned attempt = 1;; ++attempt) {
        auto response = co_await once(app, request);
        if (response) {
            out.answer = read_token_answer(*response);
            if (out.answer.kind != TokenAnswer::Kind::transient) co_return std::move(out);
            out.answer_lost = out.answer_lost || out.answer.may_have_acted;
            out.error = retryable(Errc::network, out.answer.why, "the next run retries it");
        } else {
            if (response.error().code == Errc::cancelled) co_return response.error();
            out.error = response.error();
            // TLS fails before anything is sent; after any other error the request may have been executed.
            out.answer_lost = out.answer_lost || response.error().code != Errc::tls;
            if (response.error().code == Errc::tls && !response.error().safe_to_retry)
                co_return std::move(out);
        }
        if (attempt >= max_attempts || stopping_) co_return std::move(out);
        auto slept = co_await time_.sleep_for(retry::backoff(attempt, random_));
        if (!slept) co_return slept.error();
    }
}

}  // namespace audienced::provider::oauth
