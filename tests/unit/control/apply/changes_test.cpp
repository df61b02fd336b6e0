#include "control/apply/changes.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::control_apply_changes_test {

using namespace audienced;
using control::beyond;
using control::Change;
using control::changes_between;
using control::FieldChange;
using control::Shape;
using control::Shapes;

namespace {

std::vector<std::string> order(const std::vector<Change>& changes) {
    std::vector<std::string> out;
    for (const Change& one : changes) out.push_back(std::string(to_string(one.act)) + " " + one.object());
    return out;
}

/// Two of each noun.
Shapes pair_of_each() {
    Shapes out;
    for (const char* noun : {"source", "segment", "connection", "export"})
        for (const char* name : {"a", "b"}) out[noun][name] = Shape{{"title", "\"T\""}};
    out["schedule"]["refresh"] = Shape{{"calendar", "\"daily 02:00\""}, {"timezone", "\"UTC\""}};
    return out;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("changes: what is the same changes nothing", "[unit][control]") {
    const Shapes same = pair_of_each();
    CHECK(changes_between(same, same, {}, true).empty());
    CHECK(beyond(same, same).empty());
    CHECK(changes_between({}, {}, {}, true).empty());
}

TEST_CASE("changes: additions find what they refer to, removals leave nothing that refers to them",
          "[unit][control]") {
    const Shapes all = pair_of_each();
    CHECK(order(changes_between({}, all, {}, false)) ==
          Words{"add source:a", "add source:b", "add segment:a", "add segment:b", "add connection:a",
                "add connection:b", "add export:a", "add export:b", "add schedule:refresh"});
    CHECK(changes_between(all, {}, {}, false).empty());
    CHECK(order(changes_between(all, {}, {}, true)) ==
          Words{"remove schedule:refresh", "remove export:a", "remove export:b", "remove connection:a",
                "remove connection:b", "remove segment:a", "remove segment:b", "remove source:a",
                "remove source:b"});
    CHECK(beyond(all, {}).size() == 9);
}

TEST_CASE("changes: an edit frees what a removal needs, so it comes first", "[unit][control]") {
    Shapes before, after;
    before["segment"]["old"] = before["segment"]["new"] = Shape{{"table", "\"t\""}};
    before["export"]["e"] = Shape{{"segments", "[\"old\"]"}};
    after["segment"]["new"] = before["segment"]["new"];
    after["export"]["e"] = Shape{{"segments", "[\"new\"]"}};
    CHECK(order(changes_between(before, after, {}, true)) == Words{"edit export:e", "remove segment:old"});
}

TEST_CASE("changes: each field with its old and its new value, a secret by its name alone",
          "[unit][control]") {
    Shapes before, after;
    before["connection"]["shop"] = Shape{{"title", "\"Shop\""}, {"ca_file", "\"\""}};
    after["connection"]["shop"] = Shape{{"title", "\"Store\""}, {"ca_file", "\"\""}, {"api_base", "\"x\""}};
    control::SecretChanges secrets;
    secrets[{"connection", "shop"}] = {"api_key"};
    const auto changes = changes_between(before, after, secrets, false);
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].fields == std::vector<FieldChange>{{"title", "\"Shop\"", "\"Store\"", false},
                                                        {"api_key", "", "", true},
                                                        {"api_base", "", "\"x\"", false}});
    // A new secret alone is a change.
    CHECK(order(changes_between(before, before, secrets, false)) == Words{"edit connection:shop"});
}

TEST_CASE("changes: of an addition only what is not a default is told", "[unit][control]") {
    Shapes after;
    after["export"]["e"] =
        Shape{{"title", "\"e\""}, {"mode", "\"mirror\""}, {"hold", "true"}, {"email", "\"mail\""}};
    const auto changes = changes_between({}, after, {}, false);
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].fields ==
          std::vector<FieldChange>{{"email", "", "\"mail\"", false}, {"hold", "", "true", false}});
}

}  // namespace audienced::unit::control_apply_changes_test
