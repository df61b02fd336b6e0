#include "run/session.hpp"

#include "unit/run/sign_in/sign_in_scene.hpp"

namespace audienced::unit::run_session_test {

using namespace audienced;
using namespace audienced::test;

namespace {

/// "letters" is signed in, and its access token has expired.
struct Scene : SignInScene {
    Scene() {
        in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
            model::Credentials old;
            old.access_token = Secret("a1");
            old.refresh_token = Secret("r1");
            old.access_expires_at = time.now() - 1h;
            if (auto put = store::put_credentials(db, vault, "letters", old); !put) return put.error();
            return store::set_signed_in(db, "letters", "acc1").has_value();
        });
    }
    result<std::unique_ptr<run::Session>> open(provider::MayWrite may_write = {}) {
        return run_coro(io, run::open_session(env, connection("letters"), nullptr, nullptr, may_write));
    }
    std::string header(run::Session& session) {
        auto given = run_coro(io, time, session.authorizer->header());
        return given ? std::string(given->reveal()) : given.error().text();
    }
};

}  // namespace

TEST_CASE("proving a draft leaves the live sign-in alone: tokens are refreshed where they came from",
          "[unit][run]") {
    Scene s;
    auto live = s.open().value();
    model::Connection draft = s.connection("letters");
    draft.login_base = "https://draft.example";
    draft.client_id = "draft-client";
    draft.ca_file = "/draft.pem";
    auto proving = run_coro(s.io, run::open_draft(s.env, draft, s.credentials("letters"))).value();
    CHECK(proving->connection.login_base == "https://draft.example");
    s.answers = {json_reply(200, granted)};
    const bool draft_first = GENERATE(true, false);
    CHECK(s.header(draft_first ? *proving : *live) == "Bearer a2");
    CHECK(s.header(draft_first ? *live : *proving) == "Bearer a2");
    REQUIRE(s.http.asked.size() == 1);
    CHECK(s.http.asked[0].url.host == "authz.constantcontact.com");
    CHECK(s.http.asked[0].ca_file == "");
}

TEST_CASE("a draft with a key is signed with that key", "[unit][run]") {
    Scene s;
    model::Connection draft = sample_connection("new");
    model::Credentials key;
    key.api_key = Secret("k1-us6");
    auto session = run_coro(s.io, run::open_draft(s.env, draft, key)).value();
    CHECK(s.header(*session).find("k1-us6") != std::string::npos);
}

TEST_CASE("a session passes on to its provider what calls that write must ask", "[unit][run]") {
    Scene s;
    provider::MayWrite given;
    s.env.make_provider = [&](const provider::ProviderArgs& args) {
        given = args.may_write;
        return s.service.make(args);
    };
    REQUIRE(s.open());
    CHECK_FALSE(given);
    const provider::MayWrite refuse = []() -> result<void> {
        return make_error(Errc::wrong_state, "the consent was withdrawn");
    };
    REQUIRE(s.open(refuse));
    REQUIRE(given);
    CHECK(given().error().message == "the consent was withdrawn");
}

}  // namespace audienced::unit::run_session_test
