#include "plan/mapping.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::plan_mapping_test {

using namespace audienced;
using plan::FieldValues;
using plan::Mapping;
using source::Value;

TEST_CASE("columns are asked for once, the address first", "[unit][plan]") {
    const Mapping m("mail", {{"first", "FNAME"}, {"mail", "MAIL"}, {"first", "NICK"}}, false);
    CHECK(m.columns() == std::vector<std::string>{"mail", "first"});
    const std::vector<Value> row{{"a@example.org"}, {"Ann"}};
    FieldValues values;
    m.values(row, values);
    REQUIRE(values.size() == 3);
    CHECK(*values[0] == "Ann");
    CHECK(*values[1] == "a@example.org");
    CHECK(*values[2] == "Ann");
}

TEST_CASE("the key is a column like others, and no value that is sent", "[unit][plan]") {
    const Mapping m("mail", {{"a", "A"}}, false, {}, "id"), none("mail", {{"a", "A"}}, false);
    CHECK(m.columns() == std::vector<std::string>{"mail", "a", "id"});
    CHECK(m.key(std::vector<Value>{{"x@example.org"}, {"1"}, {"42"}}) == "42");
    CHECK(m.key(std::vector<Value>{{"x@example.org"}, {"1"}, {"42", true}}).empty());
    CHECK(none.key(std::vector<Value>{{"x@example.org"}, {"1"}}).empty());
    CHECK(Mapping("mail", {{"id", "A"}}, false, {}, "id").columns().size() == 2);
    FieldValues values;
    m.values(std::vector<Value>{{"x@example.org"}, {"1"}, {"42"}}, values);
    CHECK(values.size() == 1);
    const KeyedHash keyed("k");
    std::string buffer;
    CHECK(m.fingerprint(keyed, values, buffer) == none.fingerprint(keyed, values, buffer));
}

TEST_CASE("null and empty are not sent, unless they are to clear", "[unit][plan]") {
    const bool clear = GENERATE(false, true);
    const Mapping m("mail", {{"a", "A"}, {"b", "B"}}, clear);
    const std::vector<Value> row{{"x@example.org"}, {"", true}, {""}};
    FieldValues values;
    m.values(row, values);
    CHECK(values[0].has_value() == clear);
    CHECK(values[1].has_value() == clear);
}

TEST_CASE("the fingerprint tells apart what would be sent differently", "[unit][plan]") {
    const KeyedHash key("k");
    std::string buffer;
    const Mapping m("mail", {{"a", "A"}, {"b", "B"}}, false), other("mail", {{"a", "A"}, {"b", "C"}}, false);
    const auto print = [&](const Mapping& mapping, FieldValues v) {
        return mapping.fingerprint(key, v, buffer);
    };
    CHECK(print(m, {"ab", "c"}) == print(m, {"ab", "c"}));
    CHECK(print(m, {"ab", "c"}) != print(m, {"a", "bc"}));
    CHECK(print(m, {"", "c"}) != print(m, {std::nullopt, "c"}));
    CHECK(print(m, {"ab", "c"}) != print(other, {"ab", "c"}));
    CHECK(print(m, {"ab", "c"}) != KeyedHash("l").short_value(buffer));
}

TEST_CASE("a field that was deleted and made again is filled for every member", "[unit][plan]") {
    const KeyedHash key("k");
    std::string buffer;
    const auto print = [&](const std::vector<std::string>& ids) {
        const Mapping m("mail", {{"a", "A"}, {"b", "B"}}, false, ids);
        return m.fingerprint(key, {"x", "y"}, buffer);
    };
    CHECK(print({"1", "2"}) == print({"1", "2"}));
    CHECK(print({"1", "3"}) != print({"1", "2"}));
    CHECK(print({"2", "1"}) != print({"1", "2"}));
    CHECK(print({"12", ""}) != print({"1", "2"}));
    CHECK(print({}) != print({"1", "2"}));
}

}  // namespace audienced::unit::plan_mapping_test
