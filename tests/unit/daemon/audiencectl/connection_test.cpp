// audiencectl connection, as a process.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "provider/options.hpp"

namespace audienced::unit::daemon_audiencectl_connection_test {

using namespace audienced;
using nlohmann::json;
using test::Desk;

namespace {
const std::string good_key = std::string(32, 'a') + "-us6";
}

TEST_CASE("the destinations of an account: ids, sizes, and fields once where all have the same",
          "[unit][control]") {
    Desk desk;
    desk.furnish();
    provider::Field name;
    name.name = "first_name";
    name.type = "text";
    provider::Destination news;
    news.id = "a1b2c3d4e5";
    news.name = "Newsletter";
    news.members = 12'345;
    news.fields = {name};
    provider::Destination vips = news;
    vips.id = "f6a7b8c9d0";
    vips.name = "VIPs";
    desk.live.destinations = {news, vips};
    const auto shown = desk.expect(0, {"connection", "destinations", "shop"}).out;
    CHECK(shown.find("a1b2c3d4e5") != shown.npos);
    CHECK(shown.find("12,345") != shown.npos);
    CHECK(shown.find("\nfields: first_name (text)\n") != shown.npos);
    desk.live.destinations[1].fields.clear();
    const auto apart = desk.expect(0, {"connection", "destinations", "shop"}).out;
    CHECK(apart.find("\nfields of f6a7b8c9d0: none\n") != apart.npos);
    const auto all = desk.expect(0, {"connection", "destinations", "shop", "--json"}).json();
    CHECK(all.at(0).at("fields").at(0).at("name") == "first_name");
    desk.refused(5, {"connection", "destinations", "nothing"}, "nothing");
}

TEST_CASE("connections: proved before they are stored, and nothing secret is ever said", "[unit][control]") {
    Desk desk;
    desk.furnish();
    const std::vector<std::string> add{"connection",     "add", "other", "--provider", "mailchimp",
                                       "--api-key-file", "-"};
    const auto with = [&](std::vector<std::string> more) {
        auto words = add;
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    desk.refused(6, add, "consent", good_key);
    desk.refused(2, with({"--consent", "--api-base", "http://localhost:1"}), "https", good_key);
    desk.refused(2,
                 {"connection", "add", "other", "--provider", "pigeon", "--consent", "--api-key-file", "-"},
                 "mailchimp", good_key);
    desk.live.refuses_key = make_error(Errc::auth, "Mailchimp refused the key");
    desk.refused(1, with({"--consent"}), "refused the key", good_key);
    desk.live.refuses_key.reset();
    desk.live.told.clear();
    desk.refused(6,
                 {"connection", "add", "shop", "--provider", "mailchimp", "--consent", "--api-key-file", "-"},
                 "exists", good_key);
    CHECK(desk.live.told.empty());

    desk.expect(0,
                with({"--consent", "--title", "The other", "--allow-user", "eve", "--allow-group",
                      "spring-team", "--api-base", "https://localhost:1/"}),
                good_key + "\n");
    CHECK(desk.live.last_key == good_key);
    const auto shown = desk.expect(0, {"connection", "show", "other", "--json"}).json();
    CHECK(shown["title"] == "The other");
    CHECK(shown["state"] == "ready");
    CHECK(shown["api_base"] == "https://localhost:1");
    CHECK(shown["allow_users"] == json::array({"eve"}));
    CHECK(shown["account_id"] == "acc-1");
    CHECK(shown["consent"]["at"].get<std::string>().back() == 'Z');
    desk.expect(0, {"connection", "test", "other"});
    desk.expect(0, {"connection", "edit", "other", "--title", "New", "--allow-nobody"});
    CHECK(desk.expect(0, {"connection", "show", "other", "--json"}).json()["allow_users"].empty());
    desk.live.refuses_key = make_error(Errc::auth, "Mailchimp refused the key");
    desk.refused(1, {"connection", "edit", "other", "--api-key-file", "-"}, "refused the key",
                 std::string(32, 'b') + "-us7");
    desk.live.refuses_key.reset();
    desk.live.account = "acc-2";
    desk.refused(6, {"connection", "edit", "shop", "--api-key-file", "-"}, "another account",
                 std::string(32, 'b') + "-us7");
    desk.live.account = "acc-1";

    desk.expect(0, {"connection", "consent", "shop", "--withdraw"});
    CHECK(desk.expect(0, {"connection", "show", "shop", "--json"}).json()["consent"].is_null());
    desk.refused(6, {"run", "spring"}, "consent");
    desk.expect(0, {"connection", "consent", "shop", "--give"});
    desk.expect(0, {"run", "spring"});
    desk.expect(0, {"runs", "cancel", "1"});

    desk.refused(6, {"connection", "remove", "shop"}, "spring");
    const auto detached = desk.expect(0, {"connection", "remove", "shop", "--detach"});
    CHECK(detached.out.find("not run until they have one: spring") != std::string::npos);
    CHECK(desk.expect(0, {"export", "show", "spring", "--json"}).json()["connection"].is_null());
    desk.refused(6, {"run", "spring"}, "detached");
    desk.expect(0, {"export", "attach", "spring", "--connection", "other"});
    for (const char* verb : {"show", "test", "remove"})
        desk.refused(5, {"connection", verb, "nothing"}, "nothing");
    const auto everything = desk.definitions() + desk.expect(0, {"status", "--json"}).out +
                            desk.expect(0, {"connection", "show", "other"}).out;
    CHECK(everything.find(good_key) == std::string::npos);
}

TEST_CASE("consent: the text, who accepted it, and a text that has changed since", "[unit][control]") {
    Desk desk;
    desk.furnish();
    const std::string text = model::consent_text;
    CHECK(desk.expect(0, {"connection", "consent", "--json"}).json()["text"] == text);
    CHECK(desk.expect(0, {"connection", "consent"}).out.find("version 1") != std::string::npos);
    desk.refused(2, {"connection", "consent", "--give"}, "name of the connection is missing");
    desk.refused(5, {"connection", "consent", "nothing"}, "nothing");
    const auto given = desk.expect(0, {"connection", "consent", "shop", "--json"}).json();
    CHECK(given["consent"]["text_version"] == 1);
    CHECK(given["consent"]["current"] == true);
    CHECK(given["text"] == text);

    desk.in_store([](store::Database& db, const vault::Vault&) -> result<void> {
        return db.execute("UPDATE connections SET consent_text = 0");
    });
    desk.refused(6, {"run", "spring"}, "version 1 holds now; read it: audiencectl connection consent shop");
    CHECK(desk.expect(0, {"connection", "consent", "shop"}).out.find("to version 0") != std::string::npos);
    CHECK(desk.expect(0, {"connection", "list"}).out.find("no consent") != std::string::npos);
    CHECK(desk.expect(0, {"connection", "consent", "shop", "--give"}).out.find(text) != std::string::npos);
    desk.expect(0, {"run", "spring"});
}

TEST_CASE("a connection that signs in with OAuth waits for it", "[unit][control]") {
    Desk desk;
    const auto said =
        desk.ctl({"connection", "add", "mc", "--provider", "mailchimp", "--consent", "--client-id", "app"});
    CHECK(said.code == 0);
    CHECK(said.out.find("authenticate") != std::string::npos);
    CHECK(desk.expect(0, {"connection", "show", "mc", "--json"}).json()["state"] == "needs_sign_in");
    desk.expect(6, {"connection", "test", "mc"});
    CHECK(desk.live.told == std::vector<std::string>{"connection mc"});
}

TEST_CASE("a connection takes what its provider's table names, and the help says so", "[unit][control]") {
    Desk desk;
    desk.refused(
        2, {"connection", "add", "cc", "--provider", "constant-contact", "--consent", "--api-key-file", "-"},
        "Constant Contact has no API keys", "key\n");
    desk.refused(2, {"connection", "add", "x", "--provider", "no-such", "--consent", "--client-id", "a"},
                 "--provider must be mailchimp or constant-contact");
    const auto help = desk.expect(0, {"connection", "add", "--help"}).out;
    for (const auto& table : provider::option_tables()) {
        CHECK(help.find(std::string(table.name)) != std::string::npos);
        for (const auto& option : table.connection)
            CHECK(help.find("--" + std::string(option.name)) != std::string::npos);
        const auto exports = desk.expect(0, {"export", "add", "--help"}).out;
        for (const auto& option : table.exports)
            CHECK(exports.find("--" + std::string(option.name)) != std::string::npos);
    }
}

}  // namespace audienced::unit::daemon_audiencectl_connection_test
