#include "config/config.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "support/source_tree.hpp"

namespace audienced::unit::config_config_test {

using namespace audienced;
using namespace audienced::config;
using namespace std::chrono_literals;

namespace {
std::string example() {
    std::ifstream file(test::source_file("systemd/audienced.toml"));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}
}  // namespace

TEST_CASE("nothing written means the defaults", "[unit][config]") {
    const auto config = parse_config("");
    REQUIRE(config.has_value());
    CHECK(*config == Config{});
    CHECK(config->socket == "/run/audienced/control.sock");
}

TEST_CASE("the example file is valid, and says the defaults when its comments are taken off",
          "[unit][config]") {
    const std::string text = example();
    REQUIRE_FALSE(text.empty());
    const auto as_shipped = parse_config(text);
    REQUIRE(as_shipped.has_value());
    CHECK(*as_shipped == Config{});

    std::string enabled;
    std::stringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        enabled += (line.starts_with("#") && !line.starts_with("# ") ? line.substr(1) : line) + "\n";
    const auto all = parse_config(enabled);
    REQUIRE(all.has_value());
    Config expected;
    expected.proxy = Proxy{"proxy.example", 3128, "/etc/audienced/proxy-credentials"};
    const std::string ca = "/etc/audienced/ca.pem";
    expected.webhook = Webhook{"https://alerts.example/audienced", "/etc/audienced/webhook-secret", ca};
    expected.slack = Slack{"/etc/audienced/slack-url", ca};
    expected.email = Email{"127.0.0.1:25", "audienced@crm.example", {"marketing-ops@example.org"}};
    expected.heartbeat = Heartbeat{"/etc/audienced/heartbeat-url", "/etc/audienced/heartbeats", ca};
    CHECK(*all == expected);
}

TEST_CASE("every setting is read", "[unit][config]") {
    const auto config = parse_config(R"(
        state_dir = "/srv/a"
        socket = "/tmp/s"
        drain_timeout = "2m"
        [roles]
        administrators = ["wheel"]
        contributors = []
        viewers = ["Staff", "x.y-z_1"]
        [log]
        format = "json"
        level = "warning"
        [proxy]
        url = "http://[::1]:8080"
        [hook]
        command = ["/bin/tell", "a b", ""]
        timeout = "5s"
        [limits]
        runs_at_once = 3
        source_readers = 1
        control_clients = 10
        patience = "1h"
    )");
    REQUIRE(config.has_value());
    CHECK(config->state_dir == "/srv/a");
    CHECK(config->socket == "/tmp/s");
    CHECK(config->drain_timeout == 120s);
    CHECK(config->roles == Roles{{"wheel"}, {}, {"Staff", "x.y-z_1"}});
    CHECK(config->log == Logging{"json", "warning"});
    CHECK(config->proxy == Proxy{"[::1]", 8080, ""});
    CHECK(config->hook == Hook{{"/bin/tell", "a b", ""}, 5s});
    CHECK(config->limits == Limits{3, 1, 10, 5, 3600s});
}

// The parser ended with a stack overflow.
TEST_CASE("a key that is too deep for the parser is refused with its line", "[unit][config]") {
    std::string deep = "\n[a";
    for (int i = 0; i < 200'000; ++i) deep += ".a";
    const auto config = parse_config(deep + "]\n");
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().code == Errc::bad_config);
    CHECK_THAT(config.error().message, Catch::Contains("line 2: a key of more than 100 parts"));
}

TEST_CASE("what does not fit is refused with its line and what is allowed", "[unit][config]") {
    struct Row {
        const char *text, *where, *why;
    };
    const auto row = GENERATE(values<Row>({
        {"a = ", "line 1: ", "not TOML"},
        {"\n\n[log\n", "line 3: ", "not TOML"},
        {"state_dir = \"/a\"\nstate_dir = \"/b\"", "line 2: ", "not TOML"},
        {"\ncolour = 1", "line 2: there is no setting colour", "state_dir, socket, drain_timeout"},
        {"[log]\ncolour = 1", "line 2: there is no setting log.colour", "[log] takes format, level"},
        {"[log]\nlevle = 1", "there is no setting log.levle", "did you mean log.level?"},
        {"[logs]\nlevel = \"info\"", "there is no setting logs", "did you mean log? the top level takes"},
        {"[[hook]]\ncommand = []", "hook must be a table", "[hook]"},
        {"log = 1", "line 1: log must be a table", "[log]"},
        {"state_dir = 7", "line 1: state_dir must be an absolute path", ""},
        {"state_dir = \"relative\"", "state_dir must be an absolute path", ""},
        {"state_dir = \"\"", "state_dir must be an absolute path", ""},
        {"state_dir = \"/a\\nb\"", "state_dir must be an absolute path", ""},
        {"drain_timeout = 30", "drain_timeout must be a duration", "\"30s\""},
        {"drain_timeout = \"30\"", "drain_timeout must be a duration", "\"5m\""},
        {"drain_timeout = \"-1s\"", "drain_timeout must be a duration", ""},
        {"drain_timeout = \"11m\"", "drain_timeout must be a duration", "600 s"},
        {"drain_timeout = \"99999999999999999999s\"", "drain_timeout must be a duration", ""},
        {"[log]\nlevel = \"loud\"", "line 2: log.level must be one of",
         "error, warning, notice, info, debug"},
        {"[log]\nformat = true", "line 2: log.format must be one of", "auto, journal, text, json"},
        {"[roles]\nviewers = \"staff\"", "line 2: roles.viewers must be a list", "Unix groups"},
        {"[roles]\nviewers = [\n  \"ok\",\n  \"not ok\"]", "line 4: roles.viewers must be a list", ""},
        {"[roles]\nviewers = [1]", "roles.viewers must be a list", ""},
        {"[proxy]", "line 1: [proxy] needs url", "proxy.example:3128"},
        {"[proxy]\nurl = \"https://p:1\"", "proxy.url must be a URL", "http://HOST:PORT"},
        {"[proxy]\nurl = \"http://user:pass@p:1\"", "proxy.url must be a URL", "credentials_file"},
        {"[proxy]\nurl = \"http://p\"", "proxy.url must be a URL", ""},
        {"[proxy]\nurl = \"http://p:0\"", "proxy.url must be a URL", ""},
        {"[proxy]\nurl = \"http://p:99999\"", "proxy.url must be a URL", ""},
        {"[proxy]\nurl = \"http://:80\"", "proxy.url must be a URL", ""},
        {"[hook]\ncommand = [\"tell\"]", "hook.command must begin with the absolute path", ""},
        {"[hook]\ncommand = \"/bin/tell\"", "hook.command must be a list", ""},
        {"[hook]\ntimeout = \"0s\"", "hook.timeout must be a duration", ""},
        {"[limits]\nruns_at_once = 0", "limits.runs_at_once must be a number from 1 to 10000", ""},
        {"[limits]\nruns_at_once = 1.5", "limits.runs_at_once must be a number", ""},
        {"[limits]\nruns_at_once = 9223372036854775807", "limits.runs_at_once must be a number", ""},
    }));
    CAPTURE(row.text);
    const auto config = parse_config(row.text);
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().code == Errc::bad_config);
    CHECK_THAT(config.error().text(),
               Catch::Contains("line ") && Catch::Contains(row.where) && Catch::Contains(row.why));
    CHECK(config.error().text().find("pass@") == std::string::npos);
}

TEST_CASE("a socket path that the kernel would cut off is refused", "[unit][config]") {
    CHECK(parse_config("socket = \"/" + std::string(106, 'a') + "\"").has_value());
    CHECK_FALSE(parse_config("socket = \"/" + std::string(107, 'a') + "\"").has_value());
}

TEST_CASE("hostile files are refused without harm", "[unit][config]") {
    CHECK_FALSE(parse_config(std::string(2'000'000, '#')).has_value());
    CHECK_FALSE(parse_config("a = " + std::string(100'000, '[')).has_value());
    CHECK_FALSE(parse_config("\xFF\xFE").has_value());
    CHECK_FALSE(parse_config(std::string_view("a = 1\0", 6)).has_value());
}

TEST_CASE("all mistakes of a file are found at once; the first one counts the others", "[unit][config]") {
    std::vector<Error> mistakes;
    const auto config =
        parse_config("socket = 1\nlevel = 2\n[log]\nlevel = 3\n[hook]\ntimeout = 4\n", mistakes);
    REQUIRE_FALSE(config.has_value());
    REQUIRE(mistakes.size() == 4);
    CHECK(config.error().message == mistakes[0].message);
    CHECK(config.error().hint.find("--check-config lists 3 more") != std::string::npos);
    CHECK(parse_config("socket = 1").error().hint.find("--check-config") == std::string::npos);
    CHECK(parse_config("", mistakes).has_value());
    CHECK(mistakes.empty());
}

}  // namespace audienced::unit::config_config_test
