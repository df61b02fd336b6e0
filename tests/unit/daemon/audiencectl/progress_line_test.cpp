#include "progress_line.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "text_cells.hpp"

namespace audienced::unit::daemon_audiencectl_progress_line_test {

using namespace audienced::ctl;
using nlohmann::json;

namespace {

json half_way() {
    return json::parse(R"({"status":"delivering","done":6000,"total":12000,"rate":93.4,"seconds_left":65,
                           "waiting_for":"","waiting_since":null})");
}

}  // namespace

TEST_CASE("progress is said in figures, with the rate and the time that is left", "[unit][ctl]") {
    CHECK(progress_words(half_way()) == "50 %, 6,000 of 12,000, 93/s, about 1 min 5 s left");
    CHECK(progress_bar(half_way(), 80) ==
          "[#############--------------] 50 %, 6,000 of 12,000, 93/s, about 1 min 5 s left");
}

// "1 s left" stood for two minutes, while a job of the provider was waited for.
TEST_CASE("a run that waits says for what and how long, and estimates nothing", "[unit][ctl]") {
    json waits = half_way();
    waits["waiting_for"] = "the provider's job";
    waits["waiting_since"] = "1970-01-01T00:16:40Z";
    CHECK(progress_words(waits, 1005) == "50 %, 6,000 of 12,000, waits for the provider's job");
    CHECK(progress_words(waits, 1150) ==
          "50 %, 6,000 of 12,000, waits for the provider's job, for 2 min 30 s now");
    waits["total"] = 0;
    CHECK(progress_words(waits, 1005) == "waits for the provider's job");
}

TEST_CASE("without an estimate none is shown", "[unit][ctl]") {
    json one = half_way();
    one["seconds_left"] = nullptr;
    CHECK(progress_words(one) == "50 %, 6,000 of 12,000, 93/s");
    one["rate"] = 0.1;
    CHECK(progress_words(one) == "50 %, 6,000 of 12,000");
    one["done"] = 12'000;
    CHECK(progress_words(one) == "100 %, 12,000 of 12,000, then tags and lists");
    one["status"] = "settling";
    CHECK(progress_words(one) == "100 %, 12,000 of 12,000");
    CHECK(progress_words(json{{"status", "planning"}}) == "planning");
}

TEST_CASE("a bar keeps to its columns, whatever the words", "[unit][ctl]") {
    for (const std::size_t columns : {0u, 1u, 5u, 20u, 55u, 60u, 80u, 200u})
        CHECK(display_width(progress_bar(half_way(), columns)) <= columns);
    json waits = half_way();
    waits["waiting_for"] = "東京\x1b[2J";
    CHECK(progress_bar(waits, 40) == "50 %, 6,000 of 12,000, waits for 東京\\…");
}

}  // namespace audienced::unit::daemon_audiencectl_progress_line_test
