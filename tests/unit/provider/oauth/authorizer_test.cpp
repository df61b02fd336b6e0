#include "provider/oauth/authorizer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <catch2/catch.hpp>

#include "../scripted_http.hpp"
#include "support/print_result.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::provider_oauth_authorizer_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::oauth;
using namespace audienced::test;
using namespace std::chrono_literals;

namespace {

/// What is on disk, and in which order it got there.
struct Disk final : TokenStore {
    StoredTokens stored;
    std::vector<std::string> diary;
    unsigned save_failures = 0;
    std::vector<std::string> told;

    awaitable<result<StoredTokens>> load() override { co_return stored; }
    awaitable<result<void>> begin_refresh() override {
        stored.unanswered = true;
        diary.push_back("begun");
        co_return result<void>{};
    }
    awaitable<result<void>> end_refresh() override {
        stored.unanswered = false;
        diary.push_back("ended");
        co_return result<void>{};
    }
    awaitable<result<bool>> save(model::Credentials fresh, Secret used) override {
        if (save_failures > 0) {
            --save_failures;
            co_return make_error(Errc::store_full, "the disk is full");
        }
        if (stored.credentials.refresh_token.reveal() != used.reveal()) co_return false;
        stored.credentials = std::move(fresh);
        stored.unanswered = false;
        diary.push_back("saved " + std::string(stored.credentials.refresh_token.reveal()));
        co_return true;
    }
    awaitable<result<void>> sign_in_needed(std::string why) override {
        told.push_back(std::move(why));
        co_return result<void>{};
    }
};

struct AuthorizerBench {
    boost::asio::io_context io;
    FakeTime time;
    Limiters limiters{time, io.get_executor(), nullptr};
    ScriptedHttp http;
    TokenEndpoint endpoint{http, time, system_random(), limiters};
    aio::TaskGroup tasks{io.get_executor()};
    std::shared_ptr<Disk> disk = std::make_shared<Disk>();
    std::shared_ptr<OAuthAuthorizer> authorizer;

    explicit AuthorizerBench(std::vector<result<http::Response>> answers, bool refreshes = true)
        : http(in_order(std::move(answers))) {
        auto& c = disk->stored.credentials;
        c.access_token = Secret("a1");
        c.refresh_token = Secret("r1");
        c.refreshed_at = time.now() - 24h;
        c.access_expires_at = time.now() + 1h;
        OAuthAuthorizer::Parts parts;
        parts.endpoint = &endpoint;
        parts.time = &time;
        parts.tasks = &tasks;
        parts.io = io.get_executor();
        parts.tokens = disk;
        authorizer = std::make_shared<OAuthAuthorizer>(parts, "letters");
        Application app;
        app.rules.refreshes = refreshes;
        app.rules.token_path = "/token";
        app.rules.token_calls_per_second = 1;
        app.client_id = "id";
        app.login_base = *http::parse_url("https://login.example");
        authorizer->use(app);
    }
    void expire() { disk->stored.credentials.access_expires_at = time.now() - 1s; }
    result<std::string> header() {
        auto given = run_coro(io, time, authorizer->header());
        if (!given) return given.error();
        return std::string(given->reveal());
    }
    result<bool> refused(std::string header) {
        return run_coro(io, time, authorizer->refused(Secret(std::move(header))));
    }
};

http::Response grant(int n, bool rotating = true) {
    const std::string number = std::to_string(n);
    return json_reply(200, "{\"access_token\":\"a" + number + "\",\"expires_in\":86400" +
                               (rotating ? ",\"refresh_token\":\"r" + number + "\"" : std::string()) + "}");
}
const http::Response gone = json_reply(400, R"({"error":"invalid_grant"})");

awaitable<void> ask(OAuthAuthorizer& a, std::vector<std::string>& into) {
    auto given = co_await a.header();
    into.push_back(given ? std::string(given->reveal()) : given.error().text());
}

}  // namespace

TEST_CASE("a fresh token is used as it is", "[unit][oauth]") {
    AuthorizerBench bench({});
    CHECK(*bench.header() == "Bearer a1");
    CHECK(bench.disk->diary.empty());
}

TEST_CASE("an old token is refreshed once for many waiters, and is on disk before a call gets it",
          "[unit][oauth]") {
    AuthorizerBench bench({grant(2)});
    bench.expire();
    std::vector<std::string> got;
    aio::TaskGroup askers(bench.io.get_executor());
    for (int i = 0; i < 20; ++i) askers.spawn("asker", ask(*bench.authorizer, got));
    run_coro(bench.io, bench.time, askers.wait());
    CHECK(got == std::vector<std::string>(20, "Bearer a2"));
    CHECK(bench.http.asked.size() == 1);
    CHECK(bench.disk->diary == std::vector<std::string>{"begun", "saved r2"});
    CHECK(bench.disk->told.empty());
}

TEST_CASE("a refresh token that is not replaced stays", "[unit][oauth]") {
    AuthorizerBench bench({grant(2, false)});
    bench.expire();
    CHECK(*bench.header() == "Bearer a2");
    CHECK(bench.disk->stored.credentials.refresh_token.reveal() == "r1");
}

TEST_CASE("a 401 refreshes once; a call refused with an older header only retries", "[unit][oauth]") {
    AuthorizerBench bench({grant(2)});
    CHECK(*bench.header() == "Bearer a1");
    CHECK(*bench.refused("Bearer a1"));
    CHECK(*bench.header() == "Bearer a2");
    CHECK(*bench.refused("Bearer a1"));
    CHECK(bench.http.asked.size() == 1);
}

TEST_CASE("invalid_grant needs a person, and says with which command", "[unit][oauth]") {
    AuthorizerBench bench({gone});
    bench.expire();
    const auto given = bench.header();
    REQUIRE_FALSE(given);
    CHECK(given.error().code == Errc::auth);
    CHECK_THAT(given.error().text(), Catch::Contains("needs a new sign-in") &&
                                         Catch::Contains("audiencectl connection authenticate letters"));
    REQUIRE(bench.disk->told.size() == 1);
    CHECK(bench.disk->told[0].find("lost") == std::string::npos);
    CHECK_FALSE(bench.disk->stored.unanswered);
}

TEST_CASE("a lost answer is asked for again; if its token is gone with it, that is said", "[unit][oauth]") {
    AuthorizerBench bench({retryable(Errc::network, "reset"), gone});
    bench.expire();
    const auto given = bench.header();
    REQUIRE_FALSE(given);
    CHECK_THAT(given.error().text(), Catch::Contains("lost"));
}

TEST_CASE("a refresh that the process before did not see the end of counts as lost", "[unit][oauth]") {
    AuthorizerBench bench({gone});
    bench.disk->stored.unanswered = true;
    bench.expire();
    CHECK_THAT(bench.header().error().text(), Catch::Contains("lost"));
}

TEST_CASE("a temporary failure is retried and harms no waiter: slow down, an edge's page, a server error",
          "[unit][oauth]") {
    AuthorizerBench bench({json_reply(429, "{}"), reply(403, "<html>"), reply(503, "<html>"), grant(2)});
    bench.expire();
    CHECK(*bench.header() == "Bearer a2");
    CHECK(bench.disk->told.empty());
}

TEST_CASE("a lasting failure is an error that may be retried, not a lost sign-in", "[unit][oauth]") {
    AuthorizerBench bench(
        {reply(403, "<html>"), reply(403, "<html>"), reply(403, "<html>"), reply(403, "<html>"), grant(2)});
    bench.expire();
    const auto given = bench.header();
    REQUIRE_FALSE(given);
    CHECK(given.error().safe_to_retry);
    CHECK(bench.disk->told.empty());
    CHECK_FALSE(bench.disk->stored.unanswered);
    CHECK(*bench.header() == "Bearer a2");
}

TEST_CASE("a wrong client secret is not a lost sign-in", "[unit][oauth]") {
    AuthorizerBench bench({json_reply(401, R"({"error":"invalid_client"})")});
    bench.expire();
    CHECK_THAT(bench.header().error().text(), Catch::Contains("client"));
    CHECK(bench.disk->told.empty());
}

TEST_CASE("a token that cannot be written down is not used, and is written before another is asked for",
          "[unit][oauth]") {
    AuthorizerBench bench({grant(2)});
    bench.expire();
    bench.disk->save_failures = 1;
    CHECK(bench.header().error().code == Errc::store_full);
    CHECK(*bench.header() == "Bearer a2");
    CHECK(bench.http.asked.size() == 1);
    CHECK(bench.disk->stored.credentials.refresh_token.reveal() == "r2");
}

TEST_CASE("a run that is cancelled does not take the refresh with it", "[unit][oauth]") {
    AuthorizerBench bench({grant(2)});
    bench.expire();
    std::vector<std::string> got;
    aio::TaskGroup run(bench.io.get_executor());
    run.spawn("run", ask(*bench.authorizer, got));
    run_until(
        bench.io, [&] { return bench.http.under_way == 1; }, &bench.time);
    run.cancel();
    run_coro(bench.io, bench.time, bench.tasks.wait());
    CHECK(bench.disk->stored.credentials.refresh_token.reveal() == "r2");
    CHECK(*bench.header() == "Bearer a2");
    CHECK(bench.http.asked.size() == 1);
}

TEST_CASE("a token that never expires is not refreshed: a 401 needs a person", "[unit][oauth]") {
    AuthorizerBench bench({}, false);
    bench.disk->stored.credentials.access_expires_at.reset();
    bench.disk->stored.credentials.refresh_token = Secret();
    CHECK(*bench.header() == "Bearer a1");
    const auto again = bench.refused("Bearer a1");
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::auth);
    CHECK(bench.disk->told.size() == 1);
}

TEST_CASE("a sign-in during a refresh wins over the refresh", "[unit][oauth]") {
    AuthorizerBench bench({grant(2)});
    bench.expire();
    auto* http = &bench.http;
    auto disk = bench.disk;
    std::vector<std::string> got;
    aio::TaskGroup run(bench.io.get_executor());
    run.spawn("run", ask(*bench.authorizer, got));
    run_until(
        bench.io, [&] { return http->under_way == 1; }, &bench.time);
    disk->stored.credentials.access_token = Secret("person");
    disk->stored.credentials.refresh_token = Secret("rp");
    disk->stored.credentials.access_expires_at = bench.time.now() + 24h;
    run_coro(bench.io, bench.time, run.wait());
    CHECK(got == std::vector<std::string>{"Bearer person"});
    CHECK(disk->stored.credentials.refresh_token.reveal() == "rp");
}

}  // namespace audienced::unit::provider_oauth_authorizer_test
