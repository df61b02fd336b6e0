#include "provider/api.hpp"

#include <catch2/catch.hpp>

#include "api_bench.hpp"

namespace audienced::unit::provider_api_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::test;
using namespace std::chrono_literals;

TEST_CASE("a call carries its header, body, base and CA, and is counted", "[unit][provider]") {
    ApiBench bench({reply(200, "{}")});
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
    ApiBench bench({reply(503), reply(200)});
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
        ApiBench bench(row.answers);
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
    ApiBench renewed({reply(401), reply(200)});
    REQUIRE(renewed.call().has_value());
    CHECK(renewed.authorization(0) == "Bearer v1");
    CHECK(renewed.authorization(1) == "Bearer v2");

    ApiBench dead({reply(401)});
    dead.keys.can_renew = false;
    auto answer = dead.call();
    REQUIRE(!answer);
    CHECK(answer.error().code == Errc::auth);
    CHECK(answer.error().text().find("Bearer") == std::string::npos);
}

TEST_CASE("the wait that a provider names holds every caller behind the key", "[unit][provider]") {
    ApiBench bench({reply(429, "", {{"retry-after", "77"}}), reply(200)});
    const SysTime begin = bench.time.now();
    REQUIRE(bench.call().has_value());
    CHECK(bench.time.now() == begin + 77s);

    ApiBench date({reply(503, "", {{"Retry-After", "Sun, 01 Mar 2026 10:02:00 GMT"}}), reply(200)});
    REQUIRE(date.call().has_value());
    CHECK(to_iso8601(date.time.now()) == "2026-03-01T10:02:00Z");
}

TEST_CASE("waits and retries are told without what was sent", "[unit][provider]") {
    ApiBench bench({reply(503), lost(), reply(200)});
    Call call;
    call.body = "ann@example.org";
    REQUIRE(bench.call(call).has_value());
    CHECK(bench.diary.lines ==
          std::vector<std::string>{"api.test answered 503", "api.test: connection reset"});
    CHECK(bench.diary.ended == 2);
}

TEST_CASE("a spent day is waited for until midnight UTC, or is an error at once", "[unit][provider]") {
    ApiBench waits({reply(420), reply(200)});
    REQUIRE(waits.call().has_value());
    CHECK(to_iso8601(waits.time.now()) == "2026-03-02T00:00:00Z");
    CHECK(waits.diary.lines == std::vector<std::string>{"quota until 2026-03-02T00:00:00Z", "quota is back"});

    ApiBench asks({reply(420)});
    Call call;
    call.wait_for_quota = false;
    auto answer = asks.call(call);
    REQUIRE(!answer);
    CHECK(answer.error().code == Errc::quota);
    CHECK(answer.error().retry_at);
}

TEST_CASE("a call that is not signed in carries no credentials", "[unit][provider]") {
    ApiBench bench({reply(200)});
    Call call;
    call.signed_in = false;
    REQUIRE(bench.call(call).has_value());
    CHECK(bench.authorization(0).empty());
}

}  // namespace audienced::unit::provider_api_test
