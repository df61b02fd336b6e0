// How calls carry credentials and other headers.
#include "provider/auth_scheme.hpp"

#include <catch2/catch.hpp>

#include "http/request_head.hpp"
#include "provider/api_key.hpp"
#include "support/run_coro.hpp"
#include "unit/provider/scripted_http.hpp"

namespace audienced::unit::provider_auth_scheme_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::test;

namespace {

struct Bench {
    boost::asio::io_context io;
    FakeTime time;
    Limiters limiters{time, io.get_executor(), nullptr};
    std::string sent;  // the head of the last request that could be written
    ScriptedHttp http{[this](const http::Request& r) -> result<http::Response> {
        auto head = http::request_head(r, "test");
        if (!head) return head.error();
        sent = std::move(*head);
        return reply(200);
    }};

    result<Answer> call(const Secret& key, AuthScheme scheme, http::Headers constant, http::Headers own) {
        ApiKeyAuthorizer authorizer(key, scheme);
        Api::Parts parts;
        parts.http = &http;
        parts.time = &time;
        parts.random = &system_random();
        parts.limiter = limiters.get("key", {});
        parts.authorizer = &authorizer;
        parts.classify_response = [](const http::Response&) { return Verdict{}; };
        parts.base.host = "api.test";
        parts.headers = std::move(constant);
        Api api(std::move(parts));
        Call c;
        c.path = "/x";
        c.headers = std::move(own);
        return run_coro(io, time, api.call(c));
    }
    bool has(const std::string& line) const { return sent.find("\r\n" + line + "\r\n") != std::string::npos; }
};

}  // namespace

TEST_CASE("a credential travels as the provider's scheme says", "[unit][provider]") {
    struct Row {
        AuthScheme scheme;
        const char* line;
    };
    const auto row =
        GENERATE(values<Row>({{{}, "Authorization: Bearer k3y"},
                              {{"Authorization", "Some-API-Key"}, "Authorization: Some-API-Key k3y"},
                              {{"X-Api-Key", ""}, "X-Api-Key: k3y"}}));
    Bench bench;
    REQUIRE(bench.call(Secret("k3y"), row.scheme, {}, {}).has_value());
    CHECK(bench.has(row.line));
    if (row.scheme.header != "Authorization") CHECK(bench.sent.find("Authorization") == std::string::npos);
}

TEST_CASE("every call carries the constant headers; its own stand in their place, the credential above all",
          "[unit][provider]") {
    Bench bench;
    REQUIRE(bench
                .call(Secret("k3y"), {}, {{"revision", "2026-01-15"}, {"X-Two", "2"}},
                      {{"Revision", "2026-07-15"},
                       {"accept", "application/vnd.api+json"},
                       {"authorization", "none"}})
                .has_value());
    CHECK(bench.has("revision: 2026-07-15"));
    CHECK(bench.has("X-Two: 2"));
    CHECK(bench.has("Accept: application/vnd.api+json"));
    CHECK(bench.has("authorization: Bearer k3y"));
    CHECK(bench.sent.find("2026-01-15") == std::string::npos);
    CHECK(bench.sent.find("none") == std::string::npos);
}

TEST_CASE("a header that could end the head, or add another, is refused and never sent again",
          "[unit][provider]") {
    const std::string evil = "a\r\nX-Evil: 1";
    struct Row {
        std::string key;
        http::Headers constant, own;
    };
    const Row rows[] = {{evil, {}, {}},
                        {"k\n", {}, {}},
                        {"k", {{"revision", evil}}, {}},
                        {"k", {}, {{"X-List", evil}}},
                        {"k", {}, {{"X-List", std::string("a\0b", 3)}}},
                        {"k", {}, {{"X Evil", "1"}}},
                        {"k", {}, {{"X-Evil: 1\r\nX-Other", "1"}}},
                        {"k", {}, {{"", "1"}}},
                        {"k", {}, {{"Content-Length", "0"}}},
                        {"k", {}, {{"transfer-encoding", "chunked"}}},
                        {"k", {}, {{"Host", "elsewhere.test"}}}};
    for (const Row& row : rows) {
        Bench bench;
        auto answer = bench.call(Secret(row.key), {}, row.constant, row.own);
        REQUIRE(!answer);
        CHECK(answer.error().code == Errc::usage);
        CHECK(!answer.error().safe_to_retry);
        CHECK(bench.http.asked.size() == 1);
        CHECK(bench.sent.empty());
        CHECK(answer.error().text().find("Evil") == std::string::npos);
    }
}

}  // namespace audienced::unit::provider_auth_scheme_test
