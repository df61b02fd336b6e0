#include "definition_file.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace audienced::unit::daemon_audiencectl_definition_file_test {

using namespace audienced;
using nlohmann::json;

namespace {

struct Read {
    json objects;
    ctl::DefinitionLines lines;
    std::vector<std::string> mistakes;  // "3 export.e: message; hint"
};

Read read(const std::string& text) {
    Read out;
    for (const auto& one : ctl::read_definition_file(text, out.objects, out.lines))
        out.mistakes.push_back(std::to_string(one.line) + " " + one.object + ": " + one.message +
                               (one.hint.empty() ? "" : "; " + one.hint));
    return out;
}

using Words = std::vector<std::string>;

constexpr const char* whole = R"(# comment
[source.crm]
sqlite = "/srv/crm.db"
busy_timeout = 5

[source.pg]
postgres = "host=db"
password = "file:/root/pg"

[segment.active]
source = "crm"
query = """
SELECT *
FROM customers"""

[connection.shop]
provider = "mailchimp"
consent = true
api_key = "credential:shop"
allow_users = ["ann", "bo"]

[export.active-to-shop]
connection = "shop"
destination = "a1b2"
segments = ["active"]
email = "email"
map = [{ attribute = "first", field = "FNAME" }]
max_profiles = 1_000
hold = true

[schedule]
calendar = "daily 02:00"
timezone = "Europe/Berlin"
)";

}  // namespace

TEST_CASE("a file of definitions becomes what the daemon takes", "[unit][daemon]") {
    const Read file = read(whole);
    CHECK(file.mistakes == Words{});
    CHECK(file.objects["source"]["crm"] == json::parse(R"({"sqlite":"/srv/crm.db","busy_timeout":"5"})"));
    CHECK(file.objects["source"]["pg"] == json::parse(R"({"postgres":"host=db"})"));
    CHECK(file.objects["segment"]["active"]["query"] == "SELECT *\nFROM customers");
    CHECK(file.objects["connection"]["shop"]["allow_users"] == json::array({"ann", "bo"}));
    CHECK(file.objects["export"]["active-to-shop"]["map"] ==
          json::parse(R"([{"attribute":"first","field":"FNAME"}])"));
    CHECK(file.objects["export"]["active-to-shop"]["max_profiles"] == 1000);
    CHECK(file.objects["schedule"]["calendar"] == "daily 02:00");
    CHECK(file.lines.of_object.at("export:active-to-shop") == 22);
    CHECK(file.lines.of_object.at("schedule:refresh") == 31);
    REQUIRE(file.lines.secrets.size() == 2);
    CHECK(file.lines.secrets[0].reference == "file:/root/pg");
    CHECK(file.lines.secrets[1].key == "api_key");
    CHECK(file.lines.secrets[1].line == 19);
}

TEST_CASE("mistakes are told together, each with its line and the nearest key", "[unit][daemon]") {
    const Read file = read(
        "[exports.e]\n"
        "[export.e]\n"
        "conection = \"c\"\n"
        "segments = \"s\"\n"
        "hold = \"yes\"\n"
        "max_profiles = -1\n"
        "[source.crm]\n"
        "sqlite = \"customers.db\"\n"
        "min_age = 4\n"
        "[connection.Shop]\n"
        "[connection]\n"
        "x = 1\n");
    REQUIRE(file.mistakes.size() == 9);
    CHECK(
        file.mistakes[0] ==
        "1 : there is no table exports; did you mean export? there are source, segment, connection, export, "
        "schedule");
    CHECK(file.mistakes[1].starts_with("3 export.e: there is no key conection; did you mean connection?"));
    CHECK(file.mistakes[2] == "4 export.e: segments must be a list of texts");
    CHECK(file.mistakes[3] == "5 export.e: hold must be true or false");
    CHECK(file.mistakes[4] == "6 export.e: max_profiles must be a whole number");
    CHECK(file.mistakes[5] ==
          "8 source.crm: sqlite must be an absolute path: the daemon has another working directory");
    CHECK(file.mistakes[6].starts_with("9 source.crm: there is no key min_age"));
    CHECK(file.mistakes[7].starts_with("10 connection: \"Shop\" is not a name"));
    CHECK(file.mistakes[8] == "12 connection: connection.x must be a table, written as [connection.x]");
}

TEST_CASE("a secret that stands in the file itself is refused, and not shown again", "[unit][daemon]") {
    for (const char* value : {"0123456789abcdef-us6", "file:relative", "file:", "credential:", ""}) {
        const Read file =
            read("[connection.c]\nprovider = \"mailchimp\"\napi_key = \"" + std::string(value) + "\"\n");
        REQUIRE(file.mistakes.size() == 1);
        CHECK(file.mistakes[0] ==
              "3 connection.c: api_key must be a reference: \"file:/path\", "
              "\"credential:NAME\" of the service, or \"-\" for standard input");
        CHECK(file.objects.dump().find("abcdef") == std::string::npos);
    }
}

TEST_CASE("no text is more than a mistake", "[unit][daemon]") {
    using namespace std::string_literals;
    std::string deep, dots;
    for (int i = 0; i < 200'000; ++i) {
        deep += "[";
        dots += "a.";
    }
    for (const std::string& text :
         {"= 1"s, "a"s, "[source.crm"s, "[source.crm]\n[source.crm]\n"s, "[source]\ncrm = 1\ncrm = 2\n"s,
          "[source.crm]\nsqlite = \"a\0b\"\n"s, "[source.crm]\nsqlite = \"\xff\xfe\"\n"s, "a = " + deep,
          dots + "a = 1\n", "[" + dots + "a]\n", "export = 1\n"s, "schedule = []\n"s, "[[source.crm]]\n"s,
          "[export]\n\"\" = {}\n"s, "[export.e]\nmap = [[[]]]\n"s, "[export.e]\nsegments = [1979-05-27]\n"s,
          "\xff\xfe\x00[\x00"s, "[source.crm]\nsqlite = 99999999999999999999\n"s}) {
        CAPTURE(text.substr(0, 40));
        const Read file = read(text);
        CHECK(file.mistakes.size() >= 1);
        CHECK(file.mistakes[0].size() < 600);
    }
    CHECK(read("").mistakes.empty());
    CHECK(read("\xef\xbb\xbf# a byte order mark\r\n[source]\r\n").mistakes.empty());
}

}  // namespace audienced::unit::daemon_audiencectl_definition_file_test
