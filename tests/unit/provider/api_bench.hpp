// Calls of Api against scripted answers, in fake time.
#pragma once

#include "aio/task_group.hpp"
#include "provider/api.hpp"
#include "scripted_http.hpp"
#include "support/run_coro.hpp"

namespace audienced::test {

struct ApiBench {
    struct Keys final : provider::Authorizer {
        int version = 1, asked_again = 0;
        bool can_renew = true;
        int away = 0;  // so many questions find the login service away
        awaitable<result<Secret>> header() override {
            if (away-- > 0) co_return retryable(Errc::network, "login.test: connection refused");
            co_return Secret("Bearer v" + std::to_string(version));
        }
        awaitable<result<bool>> refused(Secret) override {
            ++asked_again;
            if (away-- > 0) co_return retryable(Errc::network, "login.test: connection refused");
            ++version;
            co_return can_renew;
        }
    };
    struct Diary final : provider::CallObserver {
        std::vector<std::string> lines;
        void retrying(std::string_view why, std::chrono::milliseconds) override { lines.emplace_back(why); }
        void waited(std::chrono::milliseconds) override { ++ended; }
        void waiting_for_quota(SysTime until) override {
            lines.push_back("quota until " + to_iso8601(until));
        }
        void quota_is_back() override { lines.emplace_back("quota is back"); }
        bool is_stopping() const override { return stopping; }
        bool stopping = false;
        int ended = 0;
    };

    static provider::Verdict classify_response(const http::Response& r) {
        if (r.status == 401) return {provider::Verdict::Kind::unauthorised, {}};
        if (r.status == 429) return {provider::Verdict::Kind::slow_down, {}};
        if (r.status == 420) return {provider::Verdict::Kind::quota_spent, {}};
        if (r.status == 403) return {provider::Verdict::Kind::fail, make_error(Errc::auth, "forbidden")};
        if (r.status >= 500) return {provider::Verdict::Kind::try_again, {}};
        return {};
    }

    boost::asio::io_context io;
    FakeTime time;
    provider::Limiters limiters{time, io.get_executor(), nullptr};
    std::shared_ptr<provider::Limiter> limiter = limiters.get("key", {.at_once = 1, .per_day = 1000});
    Keys keys;
    Diary diary;
    model::Traffic traffic;
    provider::MayWrite may_write;
    ScriptedHttp http;

    retry::Patience patience = retry::patience_of_runs;

    explicit ApiBench(std::vector<result<http::Response>> answers) : http(in_order(std::move(answers))) {}
    explicit ApiBench(ScriptedHttp::Handler answer) : http(std::move(answer)) {}
    result<provider::Answer> call(provider::Call c = {}) { return run_coro(io, time, begin(c)); }
    awaitable<result<provider::Answer>> begin(provider::Call c = {}) {
        c.path = "/3.0/ping?a=b";
        provider::Api::Parts parts;
        parts.http = &http;
        parts.time = &time;
        parts.random = &system_random();
        parts.limiter = limiter;
        parts.authorizer = &keys;
        parts.classify_response = classify_response;
        parts.base.host = "api.test";
        parts.base.target = "/";
        parts.ca_file = "/ca.pem";
        parts.traffic = &traffic;
        parts.observer = &diary;
        parts.may_write = may_write;
        parts.patience = patience;
        provider::Api api(std::move(parts));
        co_return co_await api.call(c);
    }
    std::string authorization(std::size_t i) {
        for (const auto& [name, value] : http.asked.at(i).headers)
            if (name == "Authorization") return value;
        return {};
    }
};

inline Error lost() {
    return retryable(Errc::network, "api.test: connection reset");
}

inline ScriptedHttp::Handler for_ever(result<http::Response> answer) {
    return [answer](const http::Request&) { return answer; };
}

inline std::vector<result<http::Response>> outage(std::size_t attempts, http::Response then) {
    std::vector<result<http::Response>> answers(attempts, lost());
    answers.emplace_back(std::move(then));
    return answers;
}

}  // namespace audienced::test
