#include "source/customer_insights/api.hpp"

#include "base/random.hpp"
#include "base/text.hpp"
#include "retry/backoff.hpp"
#include "retry/retry_after.hpp"
#include "source/customer_insights/answers.hpp"
#include "source/customer_insights/wire.hpp"
#include "source/settings.hpp"

namespace audienced::source::customer_insights {
namespace {
constexpr unsigned tries = 5;
constexpr std::chrono::seconds call_patience{60}, partition_patience{20 * 60};
constexpr std::chrono::seconds token_margin{60};
constexpr const char* scope = "https://api.ci.ai.microsoft.com/.default";  // not the host that is called

std::vector<Secret> lines_of(const std::string& text) {
    std::vector<Secret> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = trim(std::string_view(text).substr(at, end - at));
        if (!line.empty()) lines.emplace_back(std::string(line));
        at = end + 1;
    }
    return lines;
}

bool worth_another_try(const result<http::Response>& r) {
    if (r) return r->status == 429 || r->status >= 500;
    return r.error().code == Errc::network || r.error().code == Errc::timeout;
}

}  // namespace

Api::Api(const Options& options, const Environment& environment)
    : options_(options),
      environment_(environment),
      pace_(options.calls_per_minute),
      client_secret_(environment.secrets->get("client_secret")),
      keys_(lines_of(environment.secrets->get("subscription_keys"))) {}

result<http::Response> Api::send(const http::Request& request, std::chrono::seconds patience,
                                 const std::stop_token& stop) {
    for (unsigned attempt = 1;; ++attempt) {
        const SteadyTime now = environment_.clock->steady();
        if (auto fine = pause_for(pace_.admit(now) - now, stop); !fine) return fine.error();
        auto answer = send_and_wait(environment_.io, *environment_.http, request,
                                    environment_.clock->steady() + patience, stop);
        if (!answer && answer.error().code == Errc::cancelled) return answer;
        if (!worth_another_try(answer) || attempt == tries) return answer;
        std::chrono::milliseconds wait = retry::backoff(attempt, system_random());
        if (answer)
            if (const auto told =
                    retry::parse_retry_after(answer->header("Retry-After"), environment_.clock->now()))
                wait = *told;
        if (auto fine = pause_for(wait, stop); !fine) return fine.error();
    }
}

result<void> Api::sign_in(const std::stop_token& stop) {
    if (client_secret_.empty() || keys_.empty())
        return make_error(
            Errc::auth, "the client secret or the subscription key of the source is missing",
            "give both: audiencectl source edit NAME --client-secret-file F --subscription-key-file F");
    http::Request request;
    request.method = http::Method::post;
    request.url = http::join(options_.login, "/" + options_.tenant + "/oauth2/v2.0/token");
    request.ca_file = options_.ca_file;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    request.body = "grant_type=client_credentials&client_id=" + http::percent_encode(options_.client_id) +
                   "&client_secret=" + http::percent_encode(client_secret_.reveal()) +
                   "&scope=" + http::percent_encode(scope);
    request.max_response_bytes = 1u << 20;
    auto answer = send(request, call_patience, stop);
    if (!answer && answer.error().code == Errc::cancelled) return answer.error();
    if (!answer) return retryable(Errc::not_ready, "signing in failed: " + answer.error().message);
    if (!answer->ok()) {
        const std::string status = " (status " + std::to_string(answer->status) + ")";
        if (passes_by_itself(answer->status, answer->body))
            return retryable(Errc::not_ready, "the login service is not available" + status);
        return make_error(
            Errc::auth, "the login service refused to sign in" + status,
            "check --tenant, --client-id and the client secret, which may have expired; a new one is given "
            "with audiencectl source edit NAME --client-secret-file F");
    }
    auto token = parse_token(answer->body);
    if (!token) return token.error();
    token_ = Secret(std::move(token->text));
    token_ends_ = environment_.clock->steady() + std::max(token->lives - token_margin, token->lives / 2);
    return {};
}

http::Request Api::authorised(const std::string& path_and_query) const {
    http::Request request;
    request.url = http::join(options_.api, "/v1/instances/" + options_.instance + path_and_query);
    request.ca_file = options_.ca_file;
    request.headers = {{"Authorization", "Bearer " + std::string(token_.reveal())},
                       {"Ocp-Apim-Subscription-Key", std::string(keys_[key_].reveal())},
                       {"Accept", "application/json"}};
    return request;
}

Error Api::refused(const http::Response& response) const {
    const std::string status = " (status " + std::to_string(response.status) + ")";
    switch (response.status) {
        case 401:
            return make_error(
                Errc::auth, "Customer Insights refused the source's credentials" + status,
                "check the subscription keys (a new one is given with audiencectl source edit NAME "
                "--subscription-key-file F), and that the app registration has the API's permission");
        case 403:
            // The gateway in front of the service also answers this when a key's calls are used up.
            if (icontains(response.body, "quota"))
                return retryable(Errc::not_ready,
                                 "the call limit of the subscription key is used up for now" + status);
            return make_error(Errc::auth, "Customer Insights denies read access" + status,
                              "add the app registration to the instance as a user with the role Viewer");
        case 404:
            return make_error(Errc::not_found,
                              "Customer Insights has no such instance, table or segment" + status);
        case 400:
            return make_error(Errc::not_found, "Customer Insights rejected the request as malformed" + status,
                              "check the column and table names; one may not exist there");
        default:
            return retryable(Errc::not_ready, "Customer Insights is not available" + status);
    }
}

result<std::string> Api::get(const std::string& path_and_query, const std::stop_token& stop) {
    if (token_.empty() || environment_.clock->steady() >= token_ends_)
        if (auto fine = sign_in(stop); !fine) return fine.error();
    // A 401 does not say whether the key or the token was refused: try every key, then every key with a fresh
    // token.
    bool fresh = false;
    for (std::size_t refusals = 0;;) {
        auto answer = send(authorised(path_and_query), call_patience, stop);
        if (!answer && answer.error().code == Errc::cancelled) return answer.error();
        if (!answer)
            return retryable(Errc::not_ready, "Customer Insights: " + answer.error().message,
                             answer.error().hint);
        if (answer->ok()) return std::move(answer->body);
        if (answer->status != 401) return refused(*answer);
        if (++refusals < keys_.size()) {
            key_ = (key_ + 1) % keys_.size();
            continue;
        }
        if (fresh) return refused(*answer);
        fresh = true;
        refusals = 0;
        key_ = (key_ + 1) % keys_.size();
        if (auto fine = sign_in(stop); !fine) return fine.error();
    }
}

result<std::string> Api::fetch(http::Request request, const std::stop_token& stop) {
    request.ca_file = options_.ca_file;
    auto answer = send(request, partition_patience, stop);
    if (!answer && answer.error().code == Errc::cancelled) return answer.error();
    if (!answer && answer.error().code == Errc::too_large)
        return make_error(Errc::not_ready, "a partition is larger than 64 MiB",
                          "read this segment without --proxy");
    if (!answer) return retryable(Errc::not_ready, "fetching a partition failed: " + answer.error().message);
    if (!answer->ok())
        return retryable(Errc::not_ready,
                         "a partition was refused (status " + std::to_string(answer->status) + ")");
    return std::move(answer->body);
}

}  // namespace audienced::source::customer_insights
