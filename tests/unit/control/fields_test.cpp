#include "control/fields.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::control_fields_test {

using namespace audienced;
using namespace audienced::control;

TEST_CASE("the first mistake of a request's fields is its error", "[unit][control]") {
    const auto mistake = [](const std::string& body, auto read) {
        Fields fields(body);
        read(fields);
        const auto good = fields.finish();
        REQUIRE_FALSE(good.has_value());
        CHECK(good.error().code == Errc::usage);
        return good.error().message;
    };
    const auto nothing = [](Fields&) {};
    CHECK(mistake("[1]", nothing).find("not a JSON object") != std::string::npos);
    CHECK(mistake("{", nothing).find("not a JSON object") != std::string::npos);
    CHECK(mistake(R"({"surprise": 1})", nothing).find("surprise") != std::string::npos);
    CHECK(mistake("", [](Fields& f) { f.text("title"); }).find("title is missing") != std::string::npos);
    CHECK(mistake(R"({"name": "No Name"})", [](Fields& f) { f.name("name"); }).find("not a name") !=
          std::string::npos);
    CHECK(mistake(R"({"segments": ["a", "a"]})", [](Fields& f) { f.names("segments"); }).find("twice") !=
          std::string::npos);
    CHECK(mistake(R"({"segments": [1]})", [](Fields& f) { f.names("segments"); }).find("list of texts") !=
          std::string::npos);
    CHECK(mistake(R"({"hold": "yes"})", [](Fields& f) { f.flag_or("hold", false); }).find("true or false") !=
          std::string::npos);
    for (const char* number : {"-1", "101", "1.5", "\"5\"", "1e99"})
        CHECK(mistake(std::string(R"({"n": )") + number + "}", [](Fields& f) {
                  f.number_or("n", 0, 0, 100);
              }).find("0 to 100") != std::string::npos);
    CHECK(mistake(R"({"map": [{"attribute": "a"}]})", [](Fields& f) {
              f.mapping_or("map", {});
          }).find("map") != std::string::npos);

    Fields good(R"({"n": 7, "title": null, "pairs": {"a": "b"}, "map": [{"attribute": "a", "field": "F"}]})");
    CHECK(good.number_or("n", 0, 0, 100) == 7);
    CHECK(good.text_or("title", "otherwise") == "otherwise");
    CHECK(good.pairs("pairs").front().second == "b");
    CHECK(good.mapping_or("map", {}).front().second == "F");
    CHECK(good.finish().has_value());
}

}  // namespace audienced::unit::control_fields_test
