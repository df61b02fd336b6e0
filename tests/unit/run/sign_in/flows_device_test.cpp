// Sign-ins with a code that is entered elsewhere.
#include "run/sign_in/flows.hpp"

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "unit/run/sign_in/sign_in_scene.hpp"

namespace audienced::unit::run_sign_in_flows_device_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

TEST_CASE("a device code is polled at the interval that the service names, until it grants", "[unit][run]") {
    SignInScene s;
    s.answers = {json_reply(200, offer)};
    const auto started = s.start("letters", true).value();
    CHECK(started.user_code == "KQZM");
    CHECK(started.verification_uri == "https://x.example/activate");
    CHECK(started.verification_uri_complete == "https://x.example/activate?c=KQZM");
    CHECK(started.expires_at == s.time.now() + 600s);
    CHECK(started.url == "");
    std::vector<SysTime> asked;
    s.at_request = [&] { asked.push_back(s.time.now()); };
    const SysTime began = s.time.now();
    s.answers = {json_reply(400, pending), json_reply(400, R"({"error":"slow_down"})"),
                 json_reply(400, pending), reply(503), json_reply(200, granted)};
    REQUIRE(s.outcome("letters", started.id).value());
    s.check_signed_in("letters");
    CHECK(asked == std::vector<SysTime>{began + 7s, began + 14s, began + 26s, began + 38s, began + 55s});
    CHECK(parameter(s.http.asked[1].body, "device_code") == "d1");
}

TEST_CASE("a device code that is denied, expired or unusable ends the sign-in", "[unit][run]") {
    SignInScene s;
    s.answers = {json_reply(200, offer)};
    SECTION("denied at the provider") {
        const auto started = s.start("letters", true).value();
        s.answers = {json_reply(400, pending), json_reply(400, R"({"error":"access_denied"})")};
        CHECK(s.outcome("letters", started.id).error().message.find("denied") != std::string::npos);
        CHECK(s.http.asked.size() == 3);
    }
    SECTION("expired, as the service says") {
        const auto started = s.start("letters", true).value();
        s.answers = {json_reply(400, R"({"error":"expired_token"})")};
        CHECK(s.outcome("letters", started.id).error().message.find("expired") != std::string::npos);
    }
    SECTION("expired by the clock, while the service is silent") {
        const auto started = s.start("letters", true).value();
        const SysTime began = s.time.now();
        CHECK(s.outcome("letters", started.id).error().message.find("expired") != std::string::npos);
        CHECK(s.time.now() - began >= 600s);
        CHECK(s.time.now() - began <= 660s);
    }
    SECTION("granted for an account that the provider does not show") {
        const auto started = s.start("letters", true).value();
        s.answers = {json_reply(200, granted)};
        s.service.before = at_call(CallKind::check_account, 1, []() -> result<void> {
            return make_error(Errc::network, "no answer of the API");
        });
        CHECK(s.outcome("letters", started.id).error().message == "no answer of the API");
    }
    SECTION("the service offers none") {
        s.answers = {json_reply(400, R"({"error":"unauthorized_client"})")};
        CHECK(s.start("letters", true).error().code == Errc::auth);
    }
    SECTION("the service does not answer") {
        s.answers.clear();
        CHECK(s.start("letters", true).error().code == Errc::network);
    }
    s.check_not_signed_in("letters");
}

TEST_CASE("of two sign-ins that begin at once one stays", "[unit][run]") {
    SignInScene s;
    s.answers = {json_reply(200, offer), json_reply(200, offer)};
    provider::RateRules one_at_a_time;
    one_at_a_time.at_once = 1;
    const auto limiter = s.limiters.get("sign-in/authz.constantcontact.com/client-1", one_at_a_time);
    auto permit = std::make_optional(run_coro(s.io, limiter->acquire(true)).value());  // both wait for it
    std::vector<result<run::SignInStarted>> started;
    for (int i = 0; i < 2; ++i) {
        run::SignInRequest request;
        request.connection = "letters";
        request.device = true;
        asio::co_spawn(s.io, s.flows.start(std::move(request)),
                       [&](std::exception_ptr, auto one) { started.push_back(std::move(one)); });
    }
    s.settle_down();
    REQUIRE(started.empty());
    permit.reset();
    run_until(
        s.io, [&] { return started.size() == 2; }, &s.time);
    REQUIRE((started[0] && started[1]));
    CHECK(s.outcome("letters", started[0]->id).error().code == Errc::cancelled);
    s.answers = {json_reply(200, granted)};
    CHECK(s.outcome("letters", started[1]->id).value());
}

}  // namespace audienced::unit::run_sign_in_flows_device_test
