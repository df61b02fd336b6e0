#include "config/settings.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "config/value_checks.hpp"
#include "support/source_tree.hpp"

namespace audienced::unit::config_settings_test {

using namespace audienced;
using namespace audienced::config;
using namespace std::chrono_literals;

namespace {

std::string page(const std::string& name) {
    std::ifstream file(test::source_file(name));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string row_of(const Setting& setting) {
    const std::string otherwise = default_of(setting);
    return "| `" + setting.name + "` | " + allowed(setting.value) + " | " +
           (otherwise.empty() ? "none" : "`" + otherwise + "`") + " | " +
           (setting.applied == Applied::by_reload ? "yes" : "no, restart") + " | " + setting.help + " |";
}

}  // namespace

TEST_CASE("docs/CONFIG.md says of each setting what the table says, and names no other", "[unit][config]") {
    std::set<std::string> wanted, found;
    for (const Setting& setting : settings()) wanted.insert(row_of(setting));
    std::istringstream lines(page("docs/CONFIG.md"));
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("| `")) found.insert(line);
    for (const auto& row : wanted) {
        INFO("wanted in docs/CONFIG.md: " << row);
        CHECK(found.contains(row));
    }
    CHECK(found.size() == wanted.size());
}

TEST_CASE("changed settings that wait for a restart are named, others are not", "[unit][config]") {
    const Config running = parse_config("").value();
    CHECK(need_restart(running, running).empty());
    const Config fresh = parse_config(R"(state_dir = "/srv/state"
drain_timeout = "5s"
[roles]
viewers = []
[log]
format = "json"
level = "debug"
[proxy]
url = "http://proxy:3128"
[limits]
runs_at_once = 3
)")
                             .value();
    CHECK(need_restart(running, fresh) ==
          std::vector<std::string>{"state_dir", "log.format", "proxy.url", "limits.runs_at_once"});
    CHECK(need_restart(fresh, fresh).empty());
}

TEST_CASE("the example file names every setting", "[unit][config]") {
    const std::string example = page("systemd/audienced.toml");
    for (const Setting& setting : settings()) {
        INFO(setting.name);
        CHECK(example.find("\n#" + std::string(key_of(setting)) + " = ") != std::string::npos);
        if (!table_of(setting).empty())
            CHECK(example.find("[" + std::string(table_of(setting)) + "]") != std::string::npos);
    }
}

TEST_CASE("the defaults of the table are those of an empty file", "[unit][config]") {
    const auto of = [](const std::string& name) {
        for (const Setting& setting : settings())
            if (setting.name == name) return default_of(setting);
        return std::string("no such setting");
    };
    CHECK(of("state_dir") == "\"/var/lib/audienced\"");
    CHECK(of("drain_timeout") == "\"30s\"");
    CHECK(of("roles.viewers") == "[\"audienced-viewer\"]");
    CHECK(of("log.level") == "\"info\"");
    CHECK(of("proxy.url") == "");
    CHECK(of("limits.patience") == "\"15m\"");
    CHECK(of("limits.runs_at_once") == "256");
    CHECK(of("limits.reject_tries") == "5");
    for (const Setting& setting : settings()) {
        INFO(setting.name);
        const std::string otherwise = default_of(setting);
        if (otherwise.empty()) continue;
        const std::string table(table_of(setting));
        const auto config = parse_config((table.empty() ? "" : "[" + table + "]\n") +
                                         std::string(key_of(setting)) + " = " + otherwise);
        REQUIRE(config.has_value());
        CHECK(*config == Config{});
    }
}

TEST_CASE("a duration is printed as it is read", "[unit][config]") {
    for (const auto d : {0s, 1s, 59s, 60s, 90s, 900s, 3600s, 5400s, 86'400s})
        CHECK(parse_duration(print_duration(d)) == d);
    CHECK(print_duration(900s) == "15m");
    CHECK(print_duration(7200s) == "2h");
    CHECK(print_duration(90s) == "90s");
}

}  // namespace audienced::unit::config_settings_test
