#include "definition_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "definition_file.hpp"

namespace audienced::unit::daemon_audiencectl_definition_text_test {

using namespace audienced;
using nlohmann::json;

namespace {

json read_again(const std::string& text) {
    json objects;
    ctl::DefinitionLines lines;
    const auto mistakes = ctl::read_definition_file(text, objects, lines);
    for (const auto& one : mistakes) FAIL_CHECK(one.line << ": " << one.message);
    return objects;
}

}  // namespace

TEST_CASE("what is written is read again as it was, whatever characters it has", "[unit][daemon]") {
    for (const std::string value :
         {"plain", "", "two\nlines", "two\nlines\n", "\n", "\nfirst", "it's \"quoted\"", "back\\slash\n",
          "three ''' quotes\n", "three \"\"\" quotes\n", "ends with '\n'", "tab\there", "bell\x07\n", "\x7f",
          "carriage\r\nreturn", "Z\xc3\xbcrich\n\xe2\x82\xac", "# no comment\n[export.x]\n", "\\u0041"}) {
        json objects;
        objects["segment"]["s"]["source"] = "crm";
        objects["segment"]["s"]["query"] = value;
        const std::string text = ctl::definition_text(objects);
        INFO(text);
        CHECK(read_again(text) == objects);
    }
}

TEST_CASE("a file is written in an order that stays, and names the secrets without a value",
          "[unit][daemon]") {
    const json objects = json::parse(R"({
        "schedule": {"timezone": "UTC", "calendar": "daily 02:00"},
        "export": {"e": {"email": "mail", "hold": true, "segments": ["a", "b"], "destination": "d", "connection": "key",
                         "map": [{"attribute": "x", "field": "Y"}], "max_profiles": 5}},
        "connection": {"key": {"provider": "mailchimp", "consent": true},
                       "oauth": {"provider": "constant-contact", "client_id": "app", "consent": false}},
        "source": {"pg": {"postgres": "host=db", "statement_timeout": "60"}, "files": {"csv": "/srv"}},
        "segment": {"s": {"source": "pg", "table": "t"}}})");
    const std::string text = ctl::definition_text(objects);
    CHECK(text.substr(text.find("\n[")) == R"TOML(
[source.files]
csv = "/srv"

[source.pg]
postgres = "host=db"
# password = "file:/path"
statement_timeout = "60"

[segment.s]
source = "pg"
table = "t"

[connection.key]
provider = "mailchimp"
consent = true
# api_key = "file:/path"

[connection.oauth]
provider = "constant-contact"
consent = false
client_id = "app"
# client_secret = "file:/path"

[export.e]
connection = "key"
destination = "d"
segments = ["a", "b"]
email = "mail"
map = [
  { attribute = "x", field = "Y" },
]
hold = true
max_profiles = 5

[schedule]
calendar = "daily 02:00"
timezone = "UTC"
)TOML");
    CHECK(read_again(text) == objects);
    CHECK(ctl::definition_text(json::object()).find("# [schedule]") != std::string::npos);
}

}  // namespace audienced::unit::daemon_audiencectl_definition_text_test
