#include "provider/api.hpp"

#include <catch2/catch.hpp>

#include "scripted_http.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::provider_api_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::test;
using namespace std::chrono_literals;

namespace {

Verdict classify_response(const http::Response& r) {
    if (r.status == 401) return {Verdict::Kind::unauthorised, {}};
    if (r.status == 429) return {Verdict::Kind::slow_down, {}};
    if (r.status == 420) return {Verdict::Kind::quota_spent, {}};
    if (r.status == 403) return {Verdict::Kind::fail, make_error(Errc::auth, "forbidden")};
    if (r.status >= 500) return {Verdict::Kind::try_again, {}};
    return {};
}

struct Keys final : Authorizer {
    int version = 1, asked_again = 0;
    bool can_renew = true;
    awaitable<result<Secret>> header() override { co_return Secret("Bearer v" + std::to_string(version)); }
    awaitable<result<bool>> refused(Secret) override {
        ++asked_again;
        ++version;
        co_return can_renew;
    }
};

struct Diary final : CallObserver {
    std::vector<std::string> lines;
    void retrying(std::string_view why, std::chrono::milliseconds) override { lines.emplace_back(why); }
    void waited(std::chrono::milliseconds) override { ++ended; }
    void waiting_for_quota(SysTime until) override { lines.push_back("quota until " + to_iso8601(until)); }
    void quota_is_back() override { lines.emplace_back("quota is back"); }
    int ended = 0;
};

struct Bench {
    boost::asio::io_context io;
    FakeTime time;
    Limiters limiters{time, io.get_executor(), nullptr};
    std::shared_ptr<Limiter> limiter = limiters.get("key", {.at_once = 1, .per_day = 1000});
    Keys keys;
    Diary diary;
    model::Traffic traffic;
    ScriptedHttp http;

    explicit Bench(std::vector<result<http::Response>> answers) : http(in_order(std::move(answers))) {}
    result<Answer> call(Call c = {}) {
        c.path = "/3.0/ping?a=b";
        Api::Parts parts;
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
        Api api(std::move(parts));
        return run_coro(io, time, api.call(c));
    }
    std::string authorization(std::size_t i) {
        for (const auto& [name, value] : http.asked.at(i).headers)
            if (name == "Authorization") return value;
        return {};
    }
};

Error lost() {
    return retryable(Errc::network, "api.test: connection reset");
}

}  // namespace

TEST_CASE("a call carries its header, body, base and CA, and is counted", "[unit][provider]") {
    Bench bench({reply(200, "{}")});
    Call call;
    call.method = http::Method::post;
    call.body = "{\"a\":1}";
    call.writes = true;
    auto answer = bench.call(call);
    REQUIRE(answer.has_value());
    CHECK(answer->response.body == "{}");
    CHECK(!answer->resent);
    const http::Request& sent = bench.http.asked.at(0);
    CHECK(sent.url.target == "/3.0/ping?a=b");
    CHECK(sent.url.host == "api.test");
    CHECK(sent.body == "{\"a\":1}");
    CHECK(sent.ca_file == "/ca.pem");
    CHECK(!sent.repeatable);  // by the client: writes are repeated by Api alone, which remembers it
    CHECK(bench.authorization(0) == "Bearer v1");
    CHECK(bench.traffic.requests == 1);
    CHECK(bench.traffic.writes == 1);
    CHECK(bench.traffic.retries == 0);
    CHECK(bench.traffic.bytes_sent == 100);
    CHECK(bench.limiter->view().in_flight == 0);
}

TEST_CASE("what an answer means decides what is done next", "[unit][provider]") {
    struct Row {
        const char* what;
        std::vector<result<http::Response>> answers;
        bool ok;
        Errc code;
        bool resent;
        std::size_t requests;
    };
    const std::vector<Row> rows{
        {"404 is the caller's", {reply(404)}, true, {}, false, 1},
        {"5xx, then fine", {reply(503), reply(200)}, true, {}, true, 2},
        {"lost, then fine", {lost(), reply(200)}, true, {}, true, 2},
        {"told to slow down: never executed", {reply(429), reply(429), reply(200)}, true, {}, false, 3},
        {"permanent", {reply(403)}, false, Errc::auth, false, 1},
        {"5xx for ever", std::vector<result<http::Response>>(6, reply(500)), false, Errc::network, false, 6},
        {"mixed failures add up",
         {lost(), reply(500), lost(), reply(502), lost(), reply(503)},
         false,
         Errc::network,
         false,
         6},
        {"timeout at last", std::vector<result<http::Response>>(6, retryable(Errc::timeout, "t")), false,
         Errc::timeout, false, 6},
        {"certificate", {make_error(Errc::tls, "expired")}, false, Errc::tls, false, 1},
        {"cancelled", {make_error(Errc::cancelled, "c")}, false, Errc::cancelled, false, 1},
        {"too large", {make_error(Errc::too_large, "big")}, false, Errc::too_large, false, 1},
        {"slowed down for ever", std::vector<result<http::Response>>(13, reply(429)), false,
         Errc::rate_limited, false, 13},
        {"401, renewed", {reply(401), reply(200)}, true, {}, false, 2},
        {"401 twice", {reply(401), reply(401)}, false, Errc::auth, false, 2},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        Bench bench(row.answers);
        auto answer = bench.call();
        CHECK(bench.http.asked.size() == row.requests);
        CHECK(bench.traffic.requests == row.requests);
        CHECK(bench.traffic.retries == row.requests - 1);
        CHECK(bench.limiter->view().in_flight == 0);
        REQUIRE(answer.has_value() == row.ok);
        if (row.ok) CHECK(answer->resent == row.resent);
        if (!row.ok) CHECK(answer.error().code == row.code);
    }
}

TEST_CASE("a refused header is renewed once, and a key that cannot be renewed is not tried again",
          "[unit][provider]") {
    Bench renewed({reply(401), reply(200)});
    REQUIRE(renewed.call().has_value());
    CHECK(renewed.authorization(0) == "Bearer v1");
    CHECK(renewed.authorization(1) == "Bearer v2");

    Bench dead({reply(401)});
    dead.keys.can_renew = false;
    auto answer = dead.call();
    REQUIRE(!answer);
    CHECK(answer.error().code == Errc::auth);
    CHECK(answer.error().text().find("Bearer") == std::string::npos);
}

TEST_CASE("the wait that a provider names holds every caller behind the key", "[unit][provider]") {
    Bench bench({reply(429, "", {{"retry-after", "77"}}), reply(200)});
    const SysTime begin = bench.time.now();
    REQUIRE(bench.call().has_value());
    CHECK(bench.time.now() == begin + 77s);

    Bench date({reply(503, "", {{"Retry-After", "Sun, 01 Mar 2026 10:02:00 GMT"}}), reply(200)});
    REQUIRE(date.call().has_value());
    CHECK(to_iso8601(date.time.now()) == "2026-03-01T10:02:00Z");
}

TEST_CASE("waits and retries are told without what was sent", "[unit][provider]") {
    Bench bench({reply(503), lost(), reply(200)});
    Call call;
    call.body = "ann@example.org";
    REQUIRE(bench.call(call).has_value());
    CHECK(bench.diary.lines ==
          std::vector<std::string>{"api.test answered 503", "api.test: connection reset"});
    CHECK(bench.diary.ended == 2);
}

TEST_CASE("a spent day is waited for until midnight UTC, or is an error at once", "[unit][provider]") {
    Bench waits({reply(420), reply(200)});
    REQUIRE(waits.call().has_value());
    CHECK(to_iso8601(waits.time.now()) == "2026-03-02T00:00:00Z");
    CHECK(waits.diary.lines == std::vector<std::string>{"quota until 2026-03-02T00:00:00Z", "quota is back"});

    Bench asks({reply(420)});
    Call call;
    call.wait_for_quota = false;
    auto answer = asks.call(call);
    REQUIRE(!answer);
    CHECK(answer.error().code == Errc::quota);
    CHECK(answer.error().retry_at);
}

TEST_CASE("a call that is not signed in carries no credentials", "[unit][provider]") {
    Bench bench({reply(200)});
    Call call;
    call.signed_in = false;
    REQUIRE(bench.call(call).has_value());
    CHECK(bench.authorization(0).empty());
}

}  // namespace audienced::unit::provider_api_test
