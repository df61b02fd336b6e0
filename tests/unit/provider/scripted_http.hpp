// An http::Client that answers from a function and keeps what it was asked.
#pragma once

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/client.hpp"

namespace audienced::test {

inline http::Response reply(unsigned status, std::string body = {}, http::Headers headers = {}) {
    http::Response r;
    r.status = status;
    r.body = std::move(body);
    r.headers = std::move(headers);
    r.bytes_sent = 100;
    return r;
}

inline http::Response json_reply(unsigned status, std::string body,
                                 std::string date = "Sun, 01 Mar 2026 10:00:00 GMT") {
    http::Headers headers;
    headers.emplace_back("Content-Type", status < 400 ? "application/json; charset=utf-8"
                                                      : "application/problem+json; charset=utf-8");
    headers.emplace_back("Date", std::move(date));
    return reply(status, std::move(body), std::move(headers));
}

class ScriptedHttp final : public http::Client {
public:
    using Handler = std::function<result<http::Response>(const http::Request&)>;
    explicit ScriptedHttp(Handler handler) : handler_(std::move(handler)) {}

    awaitable<result<http::Response>> send(http::Request request, Deadline) override {
        ++under_way;
        most_under_way = std::max(most_under_way, under_way);
        auto executor = co_await boost::asio::this_coro::executor;
        co_await boost::asio::post(executor, boost::asio::use_awaitable);
        asked.push_back(request);
        result<http::Response> answer = handler_(request);
        --under_way;
        co_return answer;
    }

    std::vector<http::Request> asked;
    unsigned under_way = 0, most_under_way = 0;

private:
    Handler handler_;
};

/// Answers in the order given; an exhausted script is a failure of the test.
inline ScriptedHttp::Handler in_order(std::vector<result<http::Response>> answers) {
    auto left = std::make_shared<std::deque<result<http::Response>>>(answers.begin(), answers.end());
    return [left](const http::Request&) -> result<http::Response> {
        if (left->empty()) return make_error(Errc::bug, "the script is exhausted");
        auto next = left->front();
        left->pop_front();
        return next;
    };
}

}  // namespace audienced::test
