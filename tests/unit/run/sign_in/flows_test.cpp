#include "run/sign_in/flows.hpp"

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "unit/run/sign_in/sign_in_scene.hpp"

namespace audienced::unit::run_sign_in_flows_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

TEST_CASE("a browser that returns with the code signs the connection in", "[unit][run]") {
    SignInScene s;
    const auto started = s.start("letters").value();
    CHECK(started.url.find("https://authz.constantcontact.com/oauth2/default/v1/authorize?") == 0);
    CHECK(parameter(started.url, "code_challenge").size() == 43);
    CHECK(started.expires_at == s.time.now() + 10min);
    CHECK(started.user_code == "");
    s.answers = {json_reply(200, granted)};
    CHECK(s.come_back(started, "c1").find("200") != std::string::npos);
    const auto account = s.outcome("letters", started.id).value();
    REQUIRE(account);
    CHECK(account->name == "The Shop");
    s.check_signed_in("letters");
    CHECK(s.credentials("letters").refresh_token.reveal() == "r2");
    REQUIRE(s.http.asked.size() == 1);
    const std::string& body = s.http.asked[0].body;
    CHECK(parameter(body, "code") == "c1");
    CHECK(parameter(body, "code_verifier").size() == 43);
    CHECK(parameter(body, "redirect_uri") == http::percent_encode(started.redirect_uri));
}

TEST_CASE("a provider that tells where the API of a token is, is asked for it before anything is stored",
          "[unit][run]") {
    SignInScene s;
    const auto started = s.start("tags").value();
    CHECK(started.url.find("code_challenge") == std::string::npos);
    s.answers = {json_reply(200, granted),
                 json_reply(200, R"({"api_endpoint":"https://us7.api.mailchimp.com"})")};
    s.come_back(started, "c1");
    REQUIRE(s.outcome("tags", started.id));
    s.check_signed_in("tags");
    CHECK(s.connection("tags").api_base == "https://us7.api.mailchimp.com");
    CHECK(s.credentials("tags").client_secret.reveal() == "s3cret");
}

TEST_CASE("a code that the login service refuses ends the sign-in, and the page says why", "[unit][run]") {
    SignInScene s;
    const auto started = s.start("letters").value();
    SECTION("an old code") {
        s.answers = {json_reply(400, R"({"error":"invalid_grant"})")};
        CHECK(s.come_back(started, "c1").find("too old, or was used before") != std::string::npos);
        CHECK(s.outcome("letters", started.id).error().code == Errc::auth);
    }
    SECTION("another client") {
        s.answers = {json_reply(401, R"({"error":"invalid_client"})")};
        s.come_back(started, "c1");
        CHECK(s.outcome("letters", started.id).error().hint.find("compare client id and secret") == 0);
    }
    SECTION("an account that the provider does not show") {
        s.answers = {json_reply(200, granted)};
        s.service.before = at_call(CallKind::check_account, 1, []() -> result<void> {
            return make_error(Errc::auth, "the token was refused");
        });
        CHECK(s.come_back(started, "c1").find("the token was refused") != std::string::npos);
        CHECK(s.outcome("letters", started.id).error().code == Errc::auth);
    }
    s.check_not_signed_in("letters");
}

TEST_CASE("a code is redeemed at most three times when no answer comes", "[unit][run]") {
    SignInScene s;
    const auto started = s.start("letters").value();
    const bool answered = GENERATE(true, false);
    s.answers = {reply(503), reply(503)};
    if (answered) s.answers.push_back(json_reply(200, granted));
    std::optional<std::string> page;
    const std::string target = "/callback?code=c1&state=" + parameter(started.url, "state");
    asio::co_spawn(s.io, s.browse(SignInScene::port_of(started), target),
                   [&](std::exception_ptr, std::string shown) { page = std::move(shown); });
    run_until(s.io, [&] { return s.http.asked.size() == 1; });
    while (!page) {  // the waits between the attempts are fake, the browser's socket is not
        s.settle_down();
        if (!page) s.time.advance_to_next_sleeper();
    }
    CHECK(s.http.asked.size() == 3);
    const auto ended = s.outcome("letters", started.id);
    if (answered) {
        s.check_signed_in("letters");
    } else {
        CHECK(ended.error().code == Errc::network);
        s.check_not_signed_in("letters");
    }
}

TEST_CASE("a browser that returns with a refusal ends the sign-in", "[unit][run]") {
    SignInScene s;
    const auto started = s.start("letters").value();
    const std::string target = "/callback?error=access_denied&state=" + parameter(started.url, "state");
    const auto page = run_coro(s.io, s.browse(SignInScene::port_of(started), target));
    CHECK(page.find("400") != std::string::npos);
    CHECK(s.outcome("letters", started.id).error().code == Errc::auth);
    CHECK(s.http.asked.empty());
    s.check_not_signed_in("letters");
}

TEST_CASE("a request with another state, or none, ends no sign-in: the right browser may still come",
          "[unit][run]") {
    SignInScene s;
    const auto started = s.start("letters").value();
    const std::string query =
        GENERATE("?code=c0&state=forged", "?code=c0", "", "?error=access_denied&state=forged", "?a=%zz");
    const auto page = run_coro(s.io, s.browse(SignInScene::port_of(started), "/callback" + query));
    CHECK(page.find("400") != std::string::npos);
    const auto waited = run_coro(s.io, s.flows.wait("letters", started.id, s.time.steady()));
    REQUIRE(waited);
    CHECK_FALSE(*waited);  // still under way
    s.answers = {json_reply(200, granted)};
    CHECK(s.come_back(started, "c1").find("200") != std::string::npos);
    REQUIRE(s.outcome("letters", started.id));
    s.check_signed_in("letters");
    REQUIRE(s.http.asked.size() == 1);
    CHECK(parameter(s.http.asked[0].body, "code") == "c1");
}

TEST_CASE("a sign-in without a browser's return within ten minutes ends, and frees the port", "[unit][run]") {
    SignInScene s;
    const auto started = s.start("letters").value();
    s.settle_down();
    s.time.advance(10min - 1s);
    s.settle_down();
    const auto waited = run_coro(s.io, s.flows.wait("letters", started.id, s.time.steady()));
    CHECK_FALSE(waited.value());  // still under way
    s.time.advance(1s);
    const auto ended = s.outcome("letters", started.id);
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == Errc::timeout);
    CHECK(run_coro(s.io, s.browse(SignInScene::port_of(started), "/")) == "refused");
}

TEST_CASE("a connection that cannot be signed in so is refused at once", "[unit][run]") {
    SignInScene s;
    CHECK(s.start("nothing").error().code == Errc::not_found);
    CHECK(s.start("tags", true).error().message == "this provider has no device codes");
    CHECK(s.start("news").error().message.find("has an API key") != std::string::npos);
    CHECK(s.start("letters", false, "here").error().code == Errc::usage);
    s.add("bare", "mailchimp", {});
    CHECK(s.start("bare").error().hint.find("--client-secret-file") != std::string::npos);
    const auto first = s.start("letters").value();
    const auto taken = s.start("tags", false, "127.0.0.1:" + std::to_string(SignInScene::port_of(first)));
    CHECK(taken.error().code == Errc::wrong_state);
    s.execute("UPDATE connections SET client_id = '' WHERE name = 'tags'");
    CHECK(s.start("tags").error().message.find("has no client id") != std::string::npos);
    CHECK(s.http.asked.empty());
}

// A mistyped --listen ended the sign-in that waited in another terminal.
TEST_CASE("a sign-in that cannot begin ends none", "[unit][run]") {
    SignInScene s;
    const auto first = s.start("letters").value();
    CHECK(s.start("letters", false, "foo").error().code == Errc::usage);
    CHECK(s.start("letters", false, "203.0.113.9:0").error().code == Errc::usage);
    s.answers = {json_reply(200, granted)};
    s.come_back(first, "c2");
    REQUIRE(s.outcome("letters", first.id));
    s.check_signed_in("letters");
}

TEST_CASE("a new sign-in of a connection ends the one before, and frees its port", "[unit][run]") {
    SignInScene s;
    const auto first = s.start("letters").value();
    const auto port = SignInScene::port_of(first);
    const auto second = s.start("letters", false, "127.0.0.1:" + std::to_string(port)).value();
    const auto gone = s.outcome("letters", first.id);
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == Errc::cancelled);
    CHECK(gone.error().message.find("a newer one of the connection letters began") != std::string::npos);
    CHECK(s.outcome("letters", "never").error().code == Errc::not_found);
    s.answers = {json_reply(200, granted)};
    s.come_back(second, "c2");
    REQUIRE(s.outcome("letters", second.id));
    s.check_signed_in("letters");
}

TEST_CASE("waiting for a sign-in that a newer one ends gives that error", "[unit][run]") {
    SignInScene s;
    const auto first = s.start("letters").value();
    std::optional<result<std::optional<provider::Account>>> ended;
    asio::co_spawn(s.io, s.flows.wait("letters", first.id, s.time.steady() + 1h),
                   [&](std::exception_ptr, auto outcome) { ended = std::move(outcome); });
    s.settle_down();
    REQUIRE(s.start("letters"));
    run_until(s.io, [&] { return ended.has_value(); });
    CHECK(ended->error().code == Errc::cancelled);
}

TEST_CASE("a token got elsewhere is proved with the account before it is stored", "[unit][run]") {
    SignInScene s;
    model::Credentials tokens;
    tokens.access_token = Secret("a2");
    run::SignInBy by;
    by.uid = 1000;
    const auto import = [&](const char* name) {
        return run_coro(s.io, s.flows.import_token(name, tokens, by));
    };
    CHECK(import("nothing").error().code == Errc::not_found);
    CHECK(import("news").error().code == Errc::wrong_state);
    s.service.before = at_call(CallKind::check_account, 1, []() -> result<void> {
        return make_error(Errc::auth, "the token was refused");
    });
    CHECK(import("letters").error().code == Errc::auth);
    s.check_not_signed_in("letters");
    CHECK(import("letters").value().id == "acc1");
    s.check_signed_in("letters");
}

TEST_CASE("a sign-in for another account than exports delivered to is refused", "[unit][run]") {
    SignInScene s;
    s.in_store([](store::Database& db, const vault::Vault&) -> result<bool> {
        if (!store::set_account_id(db, "letters", "another")) return false;
        model::Export e = store::get_export(db, "weekly").value();
        e.connection = "letters";
        return store::update_export(db, e).has_value();
    });
    model::Credentials tokens;
    tokens.access_token = Secret("a2");
    const auto imported = run_coro(s.io, s.flows.import_token("letters", tokens, {}));
    CHECK(imported.error().code == Errc::wrong_state);
    CHECK(imported.error().message.find("weekly") != std::string::npos);
    s.check_not_signed_in("letters");
}

TEST_CASE("closing ends every sign-in", "[unit][run]") {
    SignInScene s;
    s.answers = {json_reply(200, offer)};
    const auto device = s.start("letters", true).value();
    const auto browser = s.start("tags").value();
    run_coro(s.io, s.flows.close());
    CHECK(s.outcome("letters", device.id).error().code == Errc::not_found);
    CHECK(run_coro(s.io, s.browse(SignInScene::port_of(browser), "/")) == "refused");
}

}  // namespace audienced::unit::run_sign_in_flows_test
