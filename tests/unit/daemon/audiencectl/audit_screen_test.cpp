#include "audit_screen.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace audienced::unit::daemon_audiencectl_audit_screen_test {

using nlohmann::json;

namespace {

std::string screen(const std::string& rows, std::size_t columns = 0) {
    ctl::View view;
    view.columns = columns;
    return ctl::audit_screen(json::parse(rows), view);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("of a changed definition the audit shows what differs, and nothing else", "[unit][audiencectl]") {
    const std::string out = screen(R"([{"seq":2,"at":"2026-12-01T02:00:00Z","uid":1000,"user":"ann",
        "action":"connection edit","object":"shop",
        "before":{"name":"shop","title":"Shop","allow_users":[],"revision":1,"consent":{"by":"ann"}},
        "after":{"name":"shop","title":"Web","allow_users":["bob","eve"],"revision":2,"consent":null}}])");
    CHECK(has(out, "ann  connection edit shop\n"));
    CHECK(has(out, "  allow_users  - -> bob, eve\n"));
    CHECK(has(out, "  consent.by   ann -> -\n"));
    CHECK(has(out, "  title        Shop -> Web\n"));
    CHECK(!has(out, "name"));
    CHECK(!has(out, "revision"));
}

TEST_CASE("what is new, what is gone, and what the daemon did", "[unit][audiencectl]") {
    const std::string out = screen(R"([
        {"at":"2026-12-01T02:00:00Z","uid":-1,"user":"audienced","action":"held plan expired","object":"run 4",
         "before":{"status":"held"},"after":{"status":"cancelled","reason":"its plan has expired"}},
        {"at":"2026-12-01T01:00:00Z","uid":0,"user":"root","action":"export remove","object":"weekly",
         "before":{"name":"weekly","map":[{"attribute":"city","field":"ADDR"}]},"after":null},
        {"at":"2026-12-01T00:00:00Z","uid":0,"user":"root","action":"run cancel","object":"3",
         "before":"held","after":null},
        {"at":"2026-11-30T00:00:00Z","uid":0,"user":"root","action":"source add","object":"crm",
         "before":null,"after":{"name":"crm","kind":"sqlite","title":null}}])");
    CHECK(has(out, "audienced itself  held plan expired run 4\n"));
    CHECK(has(out, "  reason  - -> its plan has expired\n"));
    CHECK(has(out, "  status  held -> cancelled\n"));
    CHECK(has(out, "  map  city=ADDR -> -\n"));
    CHECK(has(out, "  state  held -> -\n"));
    CHECK(has(out, "  kind  sqlite\n"));
    CHECK(!has(out, "title"));
    CHECK(!has(out, "  name"));
    CHECK(screen("[]") == "no changes yet\n");
}

TEST_CASE("a terminal of 80 columns is enough for the audit", "[unit][audiencectl]") {
    json row;
    row["at"] = "2026-12-01T02:00:00Z";
    row["uid"] = 0;
    row["user"] = "root";
    row["action"] = "segment add";
    row["object"] = "buyers";
    row["before"] = nullptr;
    std::string query = "SELECT";
    for (int i = 0; i < 40; ++i) query += " column" + std::to_string(i) + ",";
    row["after"] = {{"query", query}};
    std::string out = screen(json::array({row}).dump(), 80), line;
    for (const char c : out) {
        if (c != '\n') {
            line += c;
            continue;
        }
        CHECK(line.size() <= 80);
        line.clear();
    }
}

}  // namespace audienced::unit::daemon_audiencectl_audit_screen_test
