// Commands as processes, against the real socket and a real database.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "source/options.hpp"
#include "store/definitions.hpp"
#include "store/secrets.hpp"

namespace audienced::unit::daemon_audiencectl_commands_test {

using namespace audienced;
using nlohmann::json;
using test::Desk;

TEST_CASE("wrong usage exits 2 before anything is asked", "[unit][control]") {
    Desk desk;
    const std::vector<std::vector<std::string>> wrong{
        {},
        {"nothing"},
        {"source"},
        {"source", "add"},
        {"source", "add", "crm"},
        {"source", "add", "crm", "--sqlite", "a", "--csv", "b"},
        {"source", "add", "crm", "--sqlite", "a", "--tenant", "t"},
        {"source", "add", "i", "--customer-insights", "x"},
        {"source", "show"},
        {"segment", "add", "s", "--source", "crm"},
        {"segment", "add", "s", "--source", "crm", "--table", "t", "--file", "f"},
        {"segment", "preview", "s", "--limit", "0"},
        {"connection", "add", "c"},
        {"connection", "consent", "--give"},
        {"connection", "consent", "c", "--give", "--withdraw"},
        {"connection", "edit", "c"},
        {"connection", "add", "c", "--provider", "mailchimp", "--consent", "--api-key-file", "/no/such/file"},
        {"connection", "add", "c", "--provider", "mailchimp", "--api-key-file", "-", "--client-id", "x"},
        {"export", "add", "e", "--connection", "c"},
        {"export", "edit", "e"},
        {"export", "duplicate", "e"},
        {"export", "attach", "e"},
        {"export", "add", "e", "--connection", "c", "--destination", "d", "--segment", "s", "--email", "m",
         "--mode", "both"},
        {"export", "add", "e", "--connection", "c", "--destination", "d", "--segment", "s", "--email", "m",
         "--map", "nofield"},
        {"run"},
        {"runs", "show"},
        {"runs", "show", "seven"},
        {"runs", "show", "0"},
        {"runs", "list", "--limit", "x"},
        {"schedule", "set", "daily 02:00"},
        {"audit", "--limit", "-1"}};
    for (const auto& words : wrong) desk.expect(2, words);
    CHECK(desk.live.told.empty());
    CHECK(desk.expect(0, {"--help"}).out.find("connection") != std::string::npos);
    CHECK(desk.expect(0, {"export", "add", "--help"}).out.find("--max-removal-percent") != std::string::npos);
}

TEST_CASE("a mistake is told with what was meant, as a problem with --json wherever that stands",
          "[unit][control]") {
    Desk desk;
    const auto near = desk.bare({"stauts"});
    CHECK(near.code == 2);
    CHECK(near.out == "");
    CHECK(near.err == "audiencectl: there is no command \"stauts\"; did you mean audiencectl status?\n");
    const std::vector<std::vector<std::string>> wrong{{"stauts", "--json"},
                                                      {"--json", "runs", "show", "abc"},
                                                      {"--json"},
                                                      {"runs", "--json"},
                                                      {"runs", "list", "--json", "--limit", "0"},
                                                      {"export", "add", "x", "--frob", "--json"}};
    for (const auto& words : wrong) {
        const auto said = desk.bare(words);
        INFO(said.out << said.err);
        CHECK(said.code == 2);
        CHECK(said.json()["type"] == "urn:audienced:error:usage");
        CHECK(said.json()["detail"].get<std::string>().size() > 15);
        CHECK(said.err.find("audiencectl: ") == 0);
    }
}

TEST_CASE("alone it shows its commands and the next step, and is no success: a script forgot a word",
          "[unit][control]") {
    Desk desk;
    const auto alone = desk.ctl({});
    CHECK(alone.code == 2);
    CHECK(alone.out == "");
    for (const char* words :
         {"  export ", "Looking:", "Next: say where the customers are: audiencectl source add"})
        CHECK(alone.err.find(words) != std::string::npos);
    const auto gone = desk.bare({"--socket", "/nonexistent"});
    CHECK(gone.code == 2);
    CHECK(gone.err.find("does not answer at /nonexistent") != std::string::npos);
    CHECK(desk.bare({"--version"}).out.find("audiencectl ") == 0);
    CHECK(desk.bare({"--version"}).code == 0);
}

TEST_CASE("a daemon that is not there exits 3", "[unit][control]") {
    Desk desk;
    auto said = desk.ctl({"status", "--socket", "/nonexistent/socket"});
    CHECK(said.code == 2);  // --socket twice
    test::TempDir empty;
    const_cast<std::string&>(desk.socket) = (empty / "none").string();
    said = desk.ctl({"status", "--json"});
    CHECK(said.code == 3);
    CHECK(said.json()["type"] == "urn:audienced:error:network");
}

TEST_CASE("sources: added, shown, tested, removed; refused with the right code and nothing changed",
          "[unit][control]") {
    Desk desk;
    desk.furnish();
    CHECK(desk.expect(0, {"source", "list", "--json"}).json()[0]["name"] == "crm");
    const auto shown = desk.expect(0, {"source", "show", "crm", "--json"}).json();
    CHECK(shown["kind"] == "csv");
    CHECK(shown["settings"]["csv"] == (desk.dir / "crm").string());
    CHECK(shown["segments"] == json::array({"customers"}));
    CHECK(desk.expect(0, {"source", "test", "crm"}).out == "fine: crm\n");
    desk.refused(6, {"source", "add", "crm", "--sqlite", "x.db"}, "crm");
    desk.refused(2, {"source", "add", "No Name", "--sqlite", "x.db"}, "not a name");
    desk.refused(6, {"source", "remove", "crm"}, "customers");
    for (const char* verb : {"show", "test", "remove"})
        desk.refused(5, {"source", verb, "nothing"}, "nothing");
    desk.live.cannot_read = retryable(Errc::not_ready, "the folder is not there");
    desk.refused(1, {"source", "test", "crm"}, "not there");
    desk.expect(0, {"source", "add", "spare", "--sqlite", "x.db"});
    CHECK(desk.expect(0, {"source", "show", "spare", "--json"})
              .json()["settings"]["sqlite"]
              .get<std::string>()[0] == '/');
    desk.expect(0, {"source", "remove", "spare"});
    desk.expect(5, {"source", "show", "spare"});
}

TEST_CASE(
    "sources: an edit changes what it names and nothing else; a new password reaches the vault, and no "
    "answer",
    "[unit][control]") {
    Desk desk;
    desk.furnish();
    const auto settings = [&] {
        return desk.expect(0, {"source", "show", "pg", "--json"}).json()["settings"];
    };
    const auto password = [&] {
        return desk.in_store([](store::Database& db, const vault::Vault& vault) {
            return store::get_source_secret(db, vault, "pg", "password");
        });
    };
    desk.expect(0,
                {"source", "add", "pg", "--postgres", "host=a dbname=crm", "--ready-query", "SELECT 1",
                 "--password-file", "-"},
                "first one\n");
    const auto said =
        desk.expect(0, {"source", "edit", "pg", "--password-file", "-", "--json"}, "second one\n");
    CHECK(said.out.find("second") == std::string::npos);
    CHECK(password()->reveal() == "second one");
    CHECK(settings() == json({{"postgres", "host=a dbname=crm"}, {"ready-query", "SELECT 1"}}));
    desk.expect(0, {"source", "edit", "pg", "--postgres", "host=b dbname=crm", "--ready-query", "",
                    "--statement-timeout", "5"});
    CHECK(settings() == json({{"postgres", "host=b dbname=crm"}, {"statement-timeout", "5"}}));
    CHECK(password()->reveal() == "second one");
    CHECK(desk.expect(0, {"audit", "--json"}).out.find("second one") == std::string::npos);
    desk.refused(5, {"source", "edit", "nothing", "--csv", "/srv"}, "nothing");
    desk.refused(2, {"source", "edit", "pg"}, "nothing to change");
    desk.refused(2, {"source", "edit", "pg", "--csv", "/srv"}, "csv");
    desk.refused(2, {"source", "edit", "pg", "--postgres", ""}, "--postgres");
    desk.refused(2, {"source", "edit", "pg", "--statement-timeout", "soon"}, "statement-timeout");
    desk.refused(2, {"source", "edit", "pg", "--client-secret-file", "-"}, "client_secret", "x\n");
    desk.refused(2, {"source", "edit", "pg", "--postgres", "host=a password=x"}, "--password-file");
    CHECK(password()->reveal() == "second one");
}

TEST_CASE("segments: added, shown, previewed with masked addresses, removed", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"source", "add", "db", "--sqlite", "x.db"});
    desk.expect(0, {"segment", "add", "q", "--source", "db", "--query", "SELECT email FROM people"});
    desk.dir.write("q.sql", "SELECT email FROM people WHERE 1\n");
    desk.expect(0, {"segment", "add", "f", "--source", "db", "--query-file", (desk.dir / "q.sql").string()});
    using namespace std::string_literals;
    const std::pair<std::string, std::string> unreadable[]{
        {"SELECT email FROM people WHERE city = 'K\xF6ln'", "not UTF-8"},
        {"\xFF\xFES\0E\0L\0E\0C\0T\0"s, "UTF-16"},
        {"S\0E\0L\0E\0C\0T\0"s, "UTF-8"}};
    for (const auto& [content, says] : unreadable)
        desk.refused(
            2, {"segment", "add", "o", "--source", "db", "--query-file", desk.dir.write("o.sql", content)},
            says);
    const auto shown = desk.expect(0, {"segment", "show", "customers", "--json"}).json();
    CHECK(shown["file"] == "people.csv");
    CHECK(shown["title"] == "Customers");
    CHECK(shown["columns"] == json::array({"email", "first"}));
    CHECK(shown["exports"] == json::array({"spring"}));
    CHECK(shown["rows"] == 1234);
    CHECK(shown["mapping"] == "--email email --map first=first_name");
    for (const char* text : {"1,234", "--email email --map first=first_name"}) {
        CHECK(desk.expect(0, {"segment", "show", "customers"}).out.find(text) != std::string::npos);
        const std::string name = *text == '-' ? "told" : "told-too";
        const auto added = desk.expect(0, {"segment", "add", name, "--source", "db", "--table", "t"});
        CHECK(added.out.find(text) != std::string::npos);
    }
    CHECK(desk.expect(0, {"segment", "show", "q", "--json"}).json()["title"] == "q");
    for (const char* query : {"DELETE FROM people", "PRAGMA journal_mode=DELETE", "SELEKT 1"})
        desk.refused(2, {"segment", "add", "bad", "--source", "db", "--query", query});
    // What only the source itself can tell.
    desk.live.cannot_read = make_error(Errc::usage, "the query holds a second statement");
    desk.refused(2, {"segment", "add", "bad", "--source", "db", "--query", "SELECT 1; DROP TABLE people"},
                 "second statement");
    desk.live.cannot_read = make_error(Errc::not_found, "there is no table nothing");
    desk.refused(5, {"segment", "add", "bad", "--source", "db", "--table", "nothing"}, "no table nothing");
    desk.live.cannot_read = retryable(Errc::not_ready, "the database is not there yet");
    const auto later = desk.expect(0, {"segment", "add", "later", "--source", "db", "--table", "t"});
    CHECK(later.out.find("not there yet") != std::string::npos);
    desk.live.cannot_read.reset();
    desk.refused(2, {"segment", "add", "bad", "--source", "db", "--file", "x.csv"}, "--file");
    desk.refused(2, {"segment", "add", "bad", "--source", "db", "--table", "t", "--title", "two\nlines"},
                 "title");
    desk.refused(5, {"segment", "add", "s", "--source", "nothing", "--table", "t"}, "nothing");
    desk.refused(6, {"segment", "add", "customers", "--source", "crm", "--file", "people.csv"}, "customers");
    desk.refused(6, {"segment", "remove", "customers"}, "spring");
    for (const char* verb : {"show", "preview", "remove"})
        desk.refused(5, {"segment", verb, "nothing"}, "nothing");
    desk.live.sample.columns = {"email", "first"};
    desk.live.sample.rows = {{"anna@example.com", "Anna"}, {"bo@example.com", std::nullopt}};
    for (const auto& extra : {std::string("--json"), std::string("--limit=2")}) {
        const auto out = desk.expect(0, {"segment", "preview", "customers", extra}).out;
        CHECK(out.find("a***@example.com") != std::string::npos);
        CHECK(out.find("anna@") == std::string::npos);
    }
    desk.expect(0, {"segment", "remove", "q"});
}

TEST_CASE("the refresh schedule is set, shown, switched off, and refused", "[unit][control]") {
    Desk desk;
    CHECK(desk.expect(0, {"schedule", "show"}).out.find("off") != std::string::npos);
    const auto set =
        desk.expect(0, {"schedule", "set", "daily 02:00,14:00", "--timezone", "Europe/Berlin", "--json"})
            .json();
    CHECK(set["calendar"] == "daily 02:00,14:00");
    CHECK(set["next"].is_string());
    desk.refused(2, {"schedule", "set", "sometimes", "--timezone", "Europe/Berlin"});
    desk.refused(2, {"schedule", "set", "daily 02:00", "--timezone", "Nowhere"}, "Nowhere");
    CHECK(desk.expect(0, {"schedule", "show", "--json"}).json()["calendar"] == "daily 02:00,14:00");
    CHECK(desk.expect(0, {"schedule", "off", "--json"}).json()["calendar"].is_null());
    const auto audit = desk.expect(0, {"audit", "--json"}).json();
    REQUIRE(audit.size() == 2);
    CHECK(audit[0]["action"] == "schedule off");
    CHECK(audit[1]["after"]["calendar"] == "daily 02:00,14:00");
    CHECK(audit[0]["before"]["calendar"] == "daily 02:00,14:00");
    CHECK(desk.expect(0, {"audit", "--limit", "1", "--json"}).json().size() == 1);
}

TEST_CASE("status shows the state of daemon, connections and exports", "[unit][control]") {
    Desk desk;
    CHECK(desk.expect(0, {"status"}).out.find("no exports yet") != std::string::npos);
    desk.furnish();
    const auto status = desk.expect(0, {"status", "--json"}).json();
    CHECK(status["version"] == "1.2.3");
    CHECK(status["role"] == "administrator");
    CHECK(status["connections"][0]["consent"] == true);
    CHECK(status["exports"][0]["name"] == "spring");
    CHECK(status["exports"][0]["last_run"].is_null());
    CHECK(desk.expect(0, {"status"}).out.find("spring") != std::string::npos);
}

TEST_CASE("the help of `source add` names every option of every kind, and the kinds that have it",
          "[unit][control]") {
    Desk desk;
    for (const char* verb : {"add", "edit"}) {
        const auto help = desk.expect(0, {"source", verb, "--help"}).out;
        for (const auto& table : source::option_tables()) {
            INFO("kind " << table.name);
            CHECK(help.find("--" + std::string(table.place.name) + " ") != std::string::npos);
            for (const auto& option : table.others) {
                INFO("option " << option.name);
                CHECK(help.find("--" + std::string(option.name) + " " + std::string(option.value)) !=
                      std::string::npos);
            }
        }
        // CLI11 breaks long lines; what matters is that shared options name their kinds, and common ones
        // none.
        CHECK(help.find("SQLite, PostgreSQL:") != std::string::npos);
        CHECK(help.find("Customer Insights: the directory") != std::string::npos);
        CHECK(help.find(": how long a scheduled run waits") == std::string::npos);
    }
}

TEST_CASE("a secret's file becomes the secret that the kind's table names", "[unit][control]") {
    Desk desk;
    desk.expect(0,
                {"source", "add", "i", "--customer-insights", "abc", "--tenant", "t", "--client-id", "c",
                 "--subscription-key-file", "-"},
                "one\ntwo\n");
    const auto kept = desk.in_store([](store::Database& db, const vault::Vault& vault) {
        return store::get_secret(db, vault, "source", "i", "subscription_keys");
    });
    CHECK(kept.value().reveal() == "one\ntwo");
    desk.refused(2, {"source", "edit", "i", "--password-file", "-"}, "the secret password does not apply",
                 "x\n");
}

}  // namespace audienced::unit::daemon_audiencectl_commands_test
