#include "rejects_screen.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace audienced::unit::daemon_audiencectl_rejects_screen_test {

using namespace audienced::ctl;
using nlohmann::json;

namespace {

json run() {
    return json::parse(R"({"id":7,"export":"spring","export_title":"Spring","status":"completed_with_rejects",
        "zone":"Europe/Berlin","rejects":[{"counted_in":"invalid","code":"address_missing","field":null,
        "class":"fix_data","count":2,"words":"2 rows: no e-mail address"}]})");
}

json row(const json& row, const json& line) {
    json one =
        json::parse(R"({"counted_in":"invalid","code":"address_missing","field":null,"class":"fix_data",
        "segment":"buyers","member":null,"next_try":null,"attempts":0,"detail":"no e-mail address"})");
    one["row"] = row;
    one["line"] = line;
    return one;
}

std::string after(const std::string& text, const std::string& what) {
    const auto at = text.find(what);
    return at == text.npos ? text : text.substr(at + what.size());
}

}  // namespace

TEST_CASE("a reject says the line of a file, or the row of what has no lines", "[unit][ctl]") {
    const auto table = [](const json& rejects) {
        return after(rejects_screen(run(), rejects, {}), "its values change\n");
    };
    CHECK(table(json::array({row(17, nullptr), row(1800, nullptr)})) ==
          "  SEGMENT   ROW  WHY\n"
          "  buyers     17  no e-mail address\n"
          "  buyers   1800  no e-mail address\n");
    CHECK(table(json::array({row(nullptr, 3006)})) ==
          "  SEGMENT  LINE  WHY\n"
          "  buyers   3006  no e-mail address\n");
    CHECK(table(json::array({row(17, nullptr), row(nullptr, 3006)})) ==
          "  SEGMENT      WHERE  WHY\n"
          "  buyers      row 17  no e-mail address\n"
          "  buyers   line 3006  no e-mail address\n");
    CHECK(table(json::array({row(nullptr, nullptr)})) ==
          "  SEGMENT  WHY\n"
          "  buyers   no e-mail address\n");
}

TEST_CASE("what came since the kinds were asked for is listed too", "[unit][ctl]") {
    json late = row(9, nullptr);
    late["code"] = "too_short";
    late["attempts"] = 1;
    const auto text = rejects_screen(run(), json::array({late}), {});
    CHECK(text.find("buyers     9") != text.npos);
    CHECK(text.find("mended at the provider? audiencectl runs retry 7\n") != text.npos);
}

}  // namespace audienced::unit::daemon_audiencectl_rejects_screen_test
