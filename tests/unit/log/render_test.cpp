#include "log/render.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "log/events.hpp"

namespace audienced::unit::log_render_test {

using namespace audienced;
using namespace audienced::log;

namespace {
Event sample() {
    Event event;
    event.kind = Kind::run_failed;
    event.message = "broke\n<0>forged entry";
    event.fields = {{"RUN_ID", "7"}, {"REASON", "two words \"x\"\r\n"}, {"EMPTY", ""}};
    return event;
}
}  // namespace

TEST_CASE("a text line is one line, whatever it carries", "[unit][log]") {
    CHECK(text_line(sample(), from_unix(0)) ==
          "1970-01-01T00:00:00Z error run_failed: broke\\n<0>forged entry RUN_ID=7 "
          "REASON=\"two words \\\"x\\\"\\x0d\\n\" EMPTY=\"\"\n");
    CHECK(prefixed_line(sample()).starts_with("<3>run_failed: broke\\n<0>"));
}

TEST_CASE("a JSON line parses back to the same values", "[unit][log]") {
    Event event = sample();
    event.fields.push_back({"BYTES", "\xFF\xFE"});  // not UTF-8: replaced, not thrown
    const std::string line = json_line(event, from_unix(0));
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    const auto parsed = nlohmann::json::parse(line);
    CHECK(parsed.at("event") == "run_failed");
    CHECK(parsed.at("level") == "error");
    CHECK(parsed.at("message") == event.message);
    CHECK(parsed.at("message_id") == info(Kind::run_failed).message_id);
    CHECK(parsed.at("fields").at("RUN_ID") == "7");
}

TEST_CASE("journal fields keep line breaks and leave unfit names out", "[unit][log]") {
    Event event = sample();
    event.fields.push_back({"_UID", "0"});
    event.fields.push_back({"bad name", "1"});
    const auto fields = journal_fields(event);
    const auto has = [&](const std::string& f) {
        return std::find(fields.begin(), fields.end(), f) != fields.end();
    };
    CHECK(has("MESSAGE=broke\n<0>forged entry"));
    CHECK(has("PRIORITY=3"));
    CHECK(has("RUN_ID=7"));
    CHECK(has(std::string("MESSAGE_ID=") + info(Kind::run_failed).message_id));
    for (const auto& f : fields) CHECK_FALSE((f.starts_with("_UID") || f.starts_with("bad")));
}

}  // namespace audienced::unit::log_render_test
