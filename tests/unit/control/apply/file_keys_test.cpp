#include "control/apply/file_keys.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "control/apply/shapes.hpp"
#include "support/source_tree.hpp"

namespace audienced::unit::control_apply_file_keys_test {

using namespace audienced;
using control::FileKey;
using nlohmann::json;

namespace {

/// The schema beside the sources.
json schema() {
    std::ifstream file(test::source_file("schema/apply.schema.json"));
    std::stringstream text;
    text << file.rdbuf();
    return json::parse(text.str());
}

/// Of one object of that noun.
json described(const json& schema, const std::string& noun) {
    const json& table = schema.at("properties").at(noun);
    return noun == "schedule" ? table : table.at("additionalProperties");
}

const char* reference_of(FileKey::As as) {
    using As = FileKey::As;
    switch (as) {
        case As::secret:
            return "#/$defs/secret";
        case As::path:
        case As::setting_path:
            return "#/$defs/path";
        case As::title:
            return "#/$defs/title";
        case As::texts:
            return "#/$defs/texts";
        default:
            return "";
    }
}

}  // namespace

TEST_CASE("the schema has every key of the parser, and the parser every key of the schema",
          "[unit][control]") {
    const json all = schema();
    std::set<std::string> nouns;
    for (const auto& [noun, table] : all.at("properties").items()) nouns.insert(noun);
    CHECK(nouns == std::set<std::string>(control::file_nouns().begin(), control::file_nouns().end()));
    CHECK(all.at("additionalProperties") == false);
    for (const std::string& noun : control::file_nouns()) {
        CAPTURE(noun);
        const json object = described(all, noun);
        CHECK(object.at("additionalProperties") == false);
        std::set<std::string> in_schema, in_parser, required;
        for (const auto& [key, value] : object.at("properties").items()) in_schema.insert(key);
        for (const FileKey& key : control::file_keys(noun)) {
            CAPTURE(key.name);
            in_parser.insert(key.name);
            if (key.required) required.insert(key.name);
            const json& value = object.at("properties").at(key.name);
            if (!key.otherwise.empty() && (value.contains("default") || noun == "export"))
                CHECK(value.at("default") == json::parse(key.otherwise));
            if (!key.choices.empty()) CHECK(value.at("enum") == json(key.choices));
            if (key.as == FileKey::As::flag) CHECK(value.at("type") == "boolean");
            if (key.as == FileKey::As::number) CHECK(value.at("type") == "integer");
            if (*reference_of(key.as) != 0 && key.name != "segments")
                CHECK(value.at("$ref") == reference_of(key.as));
        }
        CHECK(in_schema == in_parser);
        if (noun != "source")
            CHECK(object.value("required", json::array()).get<std::set<std::string>>() == required);
    }
}

TEST_CASE("the schema knows the kinds of sources, and what each of them needs", "[unit][control]") {
    std::set<std::set<std::string>> in_schema, in_parser;
    const json source = described(schema(), "source");
    for (const auto& one : source.at("oneOf"))
        in_schema.insert(one.at("required").get<std::set<std::string>>());
    for (const auto& table : source::option_tables()) {
        std::set<std::string> needed;
        for (const FileKey& key : control::file_keys(table))
            if (key.required) needed.insert(key.name);
        in_parser.insert(needed);
    }
    CHECK(in_schema == in_parser);
}

TEST_CASE("what a definition has can be written into a file, and its defaults are those of the program",
          "[unit][control]") {
    model::Export e;
    e.name = e.title = "e";
    model::Segment segment;
    segment.name = segment.title = "s";
    model::Connection connection;
    connection.name = connection.title = "c";
    const std::pair<std::string, control::Shape> shapes[] = {
        {"export", control::shape_of(e)},
        {"segment", control::shape_of(segment)},
        {"connection", control::shape_of(connection, true)}};
    for (const auto& [noun, shape] : shapes) {
        CAPTURE(noun);
        std::set<std::string> keys;
        for (const FileKey& key : control::file_keys(noun)) keys.insert(key.name);
        for (const auto& [key, value] : shape) {
            CAPTURE(key);
            CHECK(keys.contains(key));
        }
    }
    // What is left is what a person must say.
    const auto left = control::without_defaults("export", "e", control::shape_of(e));
    std::set<std::string> names;
    for (const auto& [key, value] : left) names.insert(key);
    CHECK(names == std::set<std::string>{"destination", "email", "segments"});
}

}  // namespace audienced::unit::control_apply_file_keys_test
