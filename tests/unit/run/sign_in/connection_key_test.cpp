// After a revoked key the connection was said to be ready, no event came, and each run tried the key again.
#include "run/sign_in/connection_key.hpp"

#include <catch2/catch.hpp>

#include "run/session.hpp"
#include "store/audit.hpp"
#include "unit/run/sign_in/sign_in_scene.hpp"

namespace audienced::unit::run_sign_in_connection_key_test {

using namespace audienced;
using namespace audienced::test;

namespace {

const char* const revoked =
    R"({"title":"API Key Invalid","status":401,"detail":"Your API key may be invalid."})";
const char* const disabled =
    R"({"title":"User Disabled","status":403,"detail":"This account has been deactivated."})";
const char* const too_low =
    R"({"title":"User action not permitted","status":403,"detail":"User does not have access."})";

/// "keyed" has an API key; its provider is the real one, on a service that answers from a list.
struct KeyScene : SignInScene {
    KeyScene() {
        env.make_provider = provider::make;
        in_store([](store::Database& db, const vault::Vault& vault) -> result<bool> {
            model::Credentials credentials;
            credentials.api_key = Secret("k1-us6");
            return store::add_connection(db, vault, sample_connection("keyed"), credentials).has_value();
        });
    }
    Error refused_call() {
        auto session = run_coro(io, run::open_session(env, connection("keyed"), nullptr, nullptr)).value();
        auto account = run_coro(io, time, session->provider->check_account());
        return account ? Error() : account.error();
    }
    std::size_t audits() {
        return in_store([](store::Database& db, const vault::Vault&) { return store::list_audit(db, 50); })
            .size();
    }
};

}  // namespace

TEST_CASE("a key that the provider refuses for good is a state of its connection, with one event",
          "[unit][run]") {
    struct Row {
        unsigned status;
        const char *body, *words;
    };
    for (const Row& row : {Row{401, revoked, "Your API key may be invalid."},
                           Row{403, disabled, "This account has been deactivated."}}) {
        CAPTURE(row.body);
        KeyScene s;
        s.answers = {json_reply(row.status, row.body), json_reply(row.status, row.body)};
        const std::size_t before = s.audits();
        for (int i = 0; i < 2; ++i) {
            const Error e = s.refused_call();
            CHECK(e.code == Errc::auth);
            CHECK(e.message.find(row.words) != std::string::npos);
        }
        CHECK(s.connection("keyed").state == model::ConnectionState::needs_sign_in);
        CHECK(s.connection("keyed").state_reason.find(row.words) != std::string::npos);
        CHECK(s.log.count(log::Kind::needs_sign_in) == 1);
        CHECK(s.audits() == before + 1);
        const auto may = run::may_run(s.connection("keyed"));
        REQUIRE(!may.has_value());
        CHECK(may.error().text().find(row.words) != std::string::npos);
        CHECK(may.error().text().find("connection edit keyed --api-key-file") != std::string::npos);
    }
}

TEST_CASE("a call that the user's role does not allow, and an outage, say nothing of the key",
          "[unit][run]") {
    KeyScene s;
    s.answers = {json_reply(403, too_low)};
    CHECK(s.refused_call().code == Errc::auth);
    CHECK(s.refused_call().code == Errc::network);
    CHECK(s.connection("keyed").state == model::ConnectionState::ready);
    CHECK(s.log.count(log::Kind::needs_sign_in) == 0);
}

TEST_CASE("the refusal of a draft says nothing of the connection that is stored", "[unit][run]") {
    const auto of_draft = [](KeyScene& s, const char* key, const char* base, const char* name) {
        s.answers = {json_reply(401, revoked)};
        model::Connection draft = s.connection("keyed");
        draft.api_base = base;
        draft.name = name;
        model::Credentials credentials;
        credentials.api_key = Secret(key);
        auto session = run_coro(s.io, run::open_draft(s.env, draft, credentials)).value();
        CHECK(!run_coro(s.io, s.time, session->provider->check_account()).has_value());
        return s.connection("keyed").state;
    };
    using State = model::ConnectionState;
    KeyScene s;
    CHECK(of_draft(s, "k2-us6", "https://localhost:1", "keyed") == State::ready);
    CHECK(of_draft(s, "k1-us6", "https://localhost:2", "keyed") == State::ready);
    CHECK(of_draft(s, "k1-us6", "https://localhost:1", "unheard-of") == State::ready);
    CHECK(s.log.count(log::Kind::store_trouble) == 0);
    // The same key at the same address is the stored one: `connection test` tells of it.
    CHECK(of_draft(s, "k1-us6", "https://localhost:1", "keyed") == State::needs_sign_in);
}

}  // namespace audienced::unit::run_sign_in_connection_key_test
