#include "notify/message.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "log/events.hpp"

namespace audienced::unit::notify_message_test {

using namespace audienced;
using namespace audienced::notify;
using nlohmann::json;

namespace {

const SysTime now = from_unix(1'772'330'400);

Finding revoked() {
    Finding out;
    out.subject = "connection:shop";
    out.state = "needs_sign_in";
    out.event = log::needs_sign_in("shop", "mailchimp", "ann@example.org left");
    return out;
}

}  // namespace

TEST_CASE("a message names subject, states and fields, and carries no address", "[unit][notify]") {
    const std::string text = message_of(revoked(), "ok", "crm1", now);
    const auto message = json::parse(text);
    CHECK(message.at("event") == "needs_sign_in");
    CHECK(message.at("subject") == "connection:shop");
    CHECK(message.at("state") == "needs_sign_in");
    CHECK(message.at("previous_state") == "ok");
    CHECK(message.at("since") == "2026-03-01T02:00:00Z");
    CHECK(message.at("time") == message.at("since"));
    CHECK(message.at("again") == false);
    CHECK(message.at("host") == "crm1");
    CHECK(message.at("level") == "error");
    CHECK(message.at("fields").at("CONNECTION") == "shop");
    CHECK(text.find("example.org") == std::string::npos);
}

TEST_CASE("a message that is told again keeps since when, and says so", "[unit][notify]") {
    const std::string first = message_of(revoked(), "ok", "crm1", now);
    const std::string second = repeated(first, now + std::chrono::hours(24));
    const auto message = json::parse(second);
    CHECK(message.at("again") == true);
    CHECK(message.at("since") == "2026-03-01T02:00:00Z");
    CHECK(message.at("time") == "2026-03-02T02:00:00Z");
    CHECK(message_to_send(7, second, now).title ==
          "connection shop: needs_sign_in (since 2026-03-01T02:00:00Z)");
    CHECK(repeated("", now).empty());
}

TEST_CASE("what goes out has its number, a title and sentences", "[unit][notify]") {
    const Message message = message_to_send(7, message_of(revoked(), "ok", "crm1", now), now);
    CHECK(json::parse(message.body).at("id") == 7);
    CHECK(message.body.find('\n') == std::string::npos);
    CHECK(message.title == "connection shop: needs_sign_in");
    CHECK(message.text.find("audiencectl connection authenticate shop") != std::string::npos);
    CHECK(message.host == "crm1");
    CHECK(message.at == now);
    CHECK(json::parse(message_to_send(8, "", now).body) == json{{"id", 8}});
    CHECK(json::parse(test_message("crm1", now)).at("event") == "test");
}

}  // namespace audienced::unit::notify_message_test
