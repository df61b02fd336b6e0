#include "provider/api.hpp"

#include <catch2/catch.hpp>

#include "aio/task_group.hpp"
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

struct Diary final : CallObserver {
    std::vector<std::string> lines;
    void retrying(std::string_view why, std::chrono::milliseconds) override { lines.emplace_back(why); }
    void waited(std::chrono::milliseconds) override { ++ended; }
    void waiting_for_quota(SysTime until) override { lines.push_back("quota until " + to_iso8601(until)); }
    void quota_is_back() override { lines.emplace_back("quota is back"); }
    bool is_stopping() const override { return stopping; }
    bool stopping = false;
    int ended = 0;
};

awaitable<void> keep(awaitable<result<Answer>> task, std::optional<result<Answer>>& ended) {
    ended.emplace(co_await std::move(task));
}

struct Bench {
    boost::asio::io_context io;
    FakeTime time;
    Limiters limiters{time, io.get_executor(), nullptr};
    std::shared_ptr<Limiter> limiter = limiters.get("key", {.at_once = 1, .per_day = 1000});
    Keys keys;
    Diary diary;
    model::Traffic traffic;
    MayWrite may_write;
    ScriptedHttp http;

    retry::Patience patience = retry::patience_of_runs;

    explicit Bench(std::vector<result<http::Response>> answers) : http(in_order(std::move(answers))) {}
    explicit Bench(ScriptedHttp::Handler answer) : http(std::move(answer)) {}
    result<Answer> call(Call c = {}) { return run_coro(io, time, begin(c)); }
    awaitable<result<Answer>> begin(Call c = {}) {
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
        parts.may_write = may_write;
        parts.patience = patience;
        Api api(std::move(parts));
        co_return co_await api.call(c);
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

ScriptedHttp::Handler for_ever(result<http::Response> answer) {
    return [answer](const http::Request&) { return answer; };
}

std::vector<result<http::Response>> outage(std::size_t attempts, http::Response then) {
    std::vector<result<http::Response>> answers(attempts, lost());
    answers.emplace_back(std::move(then));
    return answers;
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

TEST_CASE("a call that writes asks before each attempt if it may; one that reads does not",
          "[unit][provider]") {
    Bench bench({reply(503), reply(200)});
    int asked = 0;
    bench.may_write = [&]() -> result<void> {
        if (++asked == 2) return make_error(Errc::wrong_state, "the consent was withdrawn");
        return {};
    };
    Call call;
    call.writes = GENERATE(true, false);
    const auto answer = bench.call(call);
    CHECK(asked == (call.writes ? 2 : 0));
    CHECK(bench.http.asked.size() == (call.writes ? 1 : 2));
    CHECK(bench.traffic.requests == bench.http.asked.size());
    CHECK(bench.limiter->view().in_flight == 0);
    if (call.writes) CHECK(answer.error().message == "the consent was withdrawn");
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
        {"an outage of many attempts, then fine", outage(10, reply(200)), true, {}, true, 11},
        {"certificate", {make_error(Errc::tls, "expired")}, false, Errc::tls, false, 1},
        {"cancelled", {make_error(Errc::cancelled, "c")}, false, Errc::cancelled, false, 1},
        {"too large", {make_error(Errc::too_large, "big")}, false, Errc::too_large, false, 1},
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

TEST_CASE("trouble is waited out for a quarter of an hour since its first failure", "[unit][provider]") {
    auto [what, answer, code] = GENERATE(table<const char*, result<http::Response>, Errc>(
        {{"network", lost(), Errc::network},
         {"no answer", retryable(Errc::timeout, "t"), Errc::timeout},
         {"5xx", reply(503), Errc::network},
         {"no JSON", retryable(Errc::bad_answer, "html"), Errc::bad_answer},
         {"429", reply(429), Errc::rate_limited}}));
    INFO(what);
    Bench bench(for_ever(answer));
    const SysTime begin = bench.time.now();
    auto given = bench.call();
    REQUIRE(!given);
    CHECK(given.error().code == code);
    CHECK(given.error().safe_to_retry);
    CHECK(given.error().message.find("attempts in 15 min)") != std::string::npos);
    CHECK(bench.time.now() - begin == 15min);
    CHECK(bench.http.asked.size() > 15);
    CHECK(bench.diary.lines.size() == bench.http.asked.size() - 1);
    CHECK(bench.limiter->view().in_flight == 0);
}

TEST_CASE("a call that answers a person gives up after twenty seconds", "[unit][provider]") {
    Bench bench(for_ever(reply(503)));
    bench.patience = retry::patience_of_people;
    const SysTime begin = bench.time.now();
    REQUIRE(!bench.call());
    CHECK(bench.time.now() - begin == 20s);

    Bench slow(for_ever(reply(503, "", {{"Retry-After", "3600"}})));
    slow.patience = retry::patience_of_people;
    const SysTime asked = slow.time.now();
    auto told = slow.call();
    REQUIRE(!told);
    CHECK(slow.time.now() == asked);
    CHECK(told.error().retry_at == asked + 1h);
}

TEST_CASE("limited attempts count only what may have been executed", "[unit][provider]") {
    Call call;
    call.writes = true;
    call.attempts = 1;
    Bench answered(for_ever(reply(503)));
    REQUIRE(!answered.call(call));
    CHECK(answered.http.asked.size() == 1);

    Error unknown = lost();
    unknown.safe_to_retry = false;
    Bench cut(for_ever(unknown));
    REQUIRE(!cut.call(call));
    CHECK(cut.http.asked.size() == 1);

    // Not a byte of it was sent: its effect cannot be there.
    Bench away(outage(7, reply(200)));
    auto given = away.call(call);
    REQUIRE(given.has_value());
    CHECK(!given->resent);
    CHECK(away.http.asked.size() == 8);
}

TEST_CASE("a login service that is away is waited out like the provider", "[unit][provider]") {
    Bench before({reply(200)});
    before.keys.away = 10;
    Call call;
    call.writes = true;
    call.attempts = 1;
    auto given = before.call(call);
    REQUIRE(given.has_value());
    CHECK(!given->resent);
    CHECK(before.traffic.requests == 1);
    CHECK(before.diary.lines.size() == 10);

    Bench renewal({reply(401), reply(200)});
    renewal.keys.away = -1;
    renewal.http = ScriptedHttp([&](const http::Request& r) -> result<http::Response> {
        for (const auto& [name, value] : r.headers)
            if (name == "Authorization" && value == "Bearer v2") return reply(200);
        if (renewal.keys.asked_again == 0) renewal.keys.away = 1;
        return reply(401);
    });
    REQUIRE(renewal.call().has_value());
    CHECK(renewal.keys.asked_again == 2);

    Bench for_good(for_ever(reply(200)));
    for_good.keys.away = 1000;
    const SysTime begin = for_good.time.now();
    REQUIRE(!for_good.call());
    CHECK(for_good.time.now() - begin == 15min);
    CHECK(for_good.traffic.requests == 0);
}

TEST_CASE("a stop ends the wait for another attempt, and begins none", "[unit][provider]") {
    Bench waiting(for_ever(lost()));
    aio::TaskGroup group(waiting.io.get_executor());
    std::optional<result<Answer>> ended;
    group.spawn("call", keep(waiting.begin(), ended));
    run_until(
        waiting.io, [&] { return waiting.diary.lines.size() == 8; }, &waiting.time);
    waiting.io.restart();
    waiting.io.poll();  // into the wait
    const SysTime stopped = waiting.time.now();
    group.cancel();
    run_until(waiting.io, [&] { return group.empty(); });
    REQUIRE(ended);
    REQUIRE(ended->has_error());
    CHECK(ended->error().code == Errc::cancelled);
    CHECK(waiting.time.now() == stopped);

    Bench stopping(for_ever(lost()));
    stopping.diary.stopping = true;
    auto given = stopping.call();
    REQUIRE(!given);
    CHECK(given.error().code == Errc::cancelled);
    CHECK(stopping.http.asked.size() == 1);
    CHECK(stopping.diary.lines.empty());
}

}  // namespace audienced::unit::provider_api_test
