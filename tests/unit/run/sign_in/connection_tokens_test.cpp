#include "run/sign_in/connection_tokens.hpp"

#include <catch2/catch.hpp>

#include "run/sign_in/watch.hpp"
#include "store/audit.hpp"
#include "support/run_coro.hpp"
#include "unit/store/state.hpp"

namespace audienced::unit::run_sign_in_connection_tokens_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

namespace {

struct Diary final : log::Log {
    std::vector<log::Event> events;
    void write(log::Event e) noexcept override { events.push_back(std::move(e)); }
};

/// A connection that signed in, on a real database behind the store's own thread.
struct TokenScene {
    TempDir dir;
    boost::asio::io_context io;
    FakeTime time;
    Diary diary;
    store::Opened opened = store::open_state((dir.path() / "state").string()).value();
    std::unique_ptr<store::Store> store;
    std::unique_ptr<run::ConnectionTokens> tokens;

    TokenScene() {
        auto vault = store::open_vault(opened.db, master_key()).value();
        auto connection = sample_connection("letters");
        connection.provider = "constant-contact";
        connection.auth = model::AuthKind::oauth;
        REQUIRE(store::add_connection(opened.db, vault, connection, pair("a1", "r1")));
        store = std::make_unique<store::Store>(std::move(opened.db), std::move(vault));
        tokens = std::make_unique<run::ConnectionTokens>(*store, diary, time, "letters");
    }
    model::Credentials pair(const char* access, const char* refresh) const {
        model::Credentials c;
        c.client_secret = Secret("s");
        c.access_token = Secret(access);
        c.refresh_token = Secret(refresh);
        c.refreshed_at = time.now();
        return c;
    }
    provider::oauth::StoredTokens load() { return run_coro(io, tokens->load()).value(); }
    model::Connection connection() {
        const auto read = [](store::Database& db, const vault::Vault&) {
            return store::get_connection(db, "letters");
        };
        return run_coro(io, store->run(read)).value();
    }
};

}  // namespace

TEST_CASE("the record of a begun refresh stays until its answer is stored", "[unit][run]") {
    TokenScene s;
    CHECK_FALSE(s.load().unanswered);
    REQUIRE(run_coro(s.io, s.tokens->begin_refresh()));
    CHECK(s.load().unanswered);
    REQUIRE(run_coro(s.io, s.tokens->end_refresh()));
    CHECK_FALSE(s.load().unanswered);
    REQUIRE(run_coro(s.io, s.tokens->begin_refresh()));
    CHECK(run_coro(s.io, s.tokens->save(s.pair("a2", "r2"), Secret("r1"))).value());
    CHECK_FALSE(s.load().unanswered);
    CHECK(s.load().credentials.refresh_token.reveal() == "r2");
}

TEST_CASE("tokens of a person who signed in meanwhile are not overwritten", "[unit][run]") {
    TokenScene s;
    CHECK_FALSE(run_coro(s.io, s.tokens->save(s.pair("a9", "r9"), Secret("another"))).value());
    CHECK(s.load().credentials.access_token.reveal() == "a1");
}

TEST_CASE("a client secret that was edited during a refresh stays", "[unit][run]") {
    TokenScene s;
    auto fresh = s.pair("a2", "r2");
    fresh.client_secret = Secret("older");
    CHECK(run_coro(s.io, s.tokens->save(fresh, Secret("r1"))).value());
    CHECK(s.load().credentials.client_secret.reveal() == "s");
}

TEST_CASE("a connection that needs a new sign-in says why, and is reported once", "[unit][run]") {
    TokenScene s;
    REQUIRE(run_coro(s.io, s.tokens->sign_in_needed("the grant is gone")));
    REQUIRE(run_coro(s.io, s.tokens->sign_in_needed("again")));
    CHECK(s.connection().state == model::ConnectionState::needs_sign_in);
    CHECK(s.connection().state_reason == "the grant is gone");
    REQUIRE(s.diary.events.size() == 1);
    CHECK(s.diary.events[0].kind == log::Kind::needs_sign_in);
    const auto audit =
        s.store
            ->run_blocking([](store::Database& db, const vault::Vault&) { return store::list_audit(db, 9); })
            .value();
    REQUIRE(audit.size() == 1);
    CHECK(audit[0].action == "connection needs a sign-in");
    CHECK(audit[0].after == "{\"reason\":\"the grant is gone\",\"state\":\"needs_sign_in\"}");
}

TEST_CASE("the warning of an idle sign-in comes two weeks before it expires, and not earlier",
          "[unit][run]") {
    TokenScene s;
    run::Environment env;
    env.time = &s.time;
    env.store = s.store.get();
    env.log = &s.diary;
    s.time.advance(165 * 24h);
    REQUIRE(run_coro(s.io, run::warn_of_dying_sign_ins(env)));
    CHECK(s.diary.events.empty());
    s.time.advance(2 * 24h);
    REQUIRE(run_coro(s.io, run::warn_of_dying_sign_ins(env)));
    REQUIRE(s.diary.events.size() == 1);
    CHECK(s.diary.events[0].kind == log::Kind::sign_in_expires);
}

}  // namespace audienced::unit::run_sign_in_connection_tokens_test
