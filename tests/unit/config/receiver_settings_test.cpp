#include "config/receiver_settings.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::config_receiver_settings_test {

using namespace audienced;
using namespace audienced::config;

TEST_CASE("a receiver that lacks what it needs is refused, with the line and the setting", "[unit][config]") {
    const auto [text, message] = GENERATE(table<std::string, std::string>(
        {{"[webhook]\nurl = \"https://a.example\"", "line 1: [webhook] needs secret_file"},
         {"\n[webhook]\nsecret_file = \"/a\"", "line 2: [webhook] needs url"},
         {"[email]\nfrom = \"a@b.example\"\nto = [\"c@d.example\"]", "line 1: [email] needs relay"},
         {"[email]\nrelay = \"localhost:25\"\nto = [\"c@d.example\"]", "line 1: [email] needs from"},
         {"[email]\nrelay = \"localhost:25\"\nfrom = \"a@b.example\"", "line 1: [email] needs to"},
         {"[hook]\ncommand = [\"mail\"]",
          "line 1: hook.command must begin with the absolute path of a program"},
         {"[webhook]\nurl = \"http://a.example\"",
          "line 2: webhook.url must be an address that begins with https://"},
         {"[slack]\nurl_file = \"slack\"", "line 2: slack.url_file must be an absolute path"},
         {"[email]\nto = [\"Ann <ann@example.org>\"]", "line 2: email.to must be a list of e-mail addresses"},
         {"[email]\nfrom = \"a@b\\r\\nRCPT TO:<x@y.z>\"", "line 2: email.from must be an e-mail address"}}));
    CAPTURE(text);
    const auto config = parse_config(text);
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().message == message);
}

TEST_CASE("a relay is a host and a port", "[unit][config]") {
    CHECK(parse_relay("127.0.0.1:25").value().host == "127.0.0.1");
    CHECK(parse_relay("[::1]:587").value().host == "::1");
    CHECK(parse_relay("mail.example:587").value().port == 587);
    for (const char* bad :
         {"", ":25", "mail.example", "mail.example:", "mail.example:0", "mail.example:65536", "a b:25",
          "::1:25", "user@mail.example:25", "mail.example:25x", "smtp://mail.example:25"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_relay(bad).has_value());
    }
}

}  // namespace audienced::unit::config_receiver_settings_test
