#include "provider/constant_contact/wire/values.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "provider/constant_contact/wire/fields.hpp"
#include "provider/constant_contact/wire/responses.hpp"
#include "support/source_tree.hpp"
#include "support/value_table.hpp"

namespace audienced::unit::provider_constant_contact_wire_values_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::constant_contact;

namespace {

/// "currency (USD)": the type, and what the account says of the field.
Field field_of(const std::string& named) {
    Field f;
    f.name = "cf:f";
    const auto paren = named.find(" (");
    f.type = named.substr(0, paren);
    if (f.type == "phone") f.name = "home_phone";
    if (f.type == "number") f.below_zero = false;
    if (paren == named.npos) return f;
    std::string options = named.substr(paren + 2, named.size() - paren - 3);
    if (f.type == "currency") f.format = options;
    if (options == "below zero") f.below_zero = true;
    if (options.ends_with(" decimals")) f.decimals = static_cast<unsigned>(std::stoi(options));
    if (!f.type.ends_with("select")) return f;
    for (std::size_t comma; (comma = options.find(", ")) != options.npos; options.erase(0, comma + 2))
        f.choices.push_back(options.substr(0, comma));
    f.choices.push_back(options);
    return f;
}

Field standard(std::string_view name) {
    for (const Field& f : standard_fields())
        if (f.name == name) return f;
    FAIL("no such field");
    return {};
}

struct Row {
    FieldValues values;
    std::vector<std::string> rewritten;
    std::vector<DroppedValue> dropped;
};

Row fit_row(const ValueRules& rules, FieldValues values) {
    Row row;
    row.values = std::move(values);
    fit_values(rules, row.values, row.rewritten, row.dropped);
    return row;
}

}  // namespace

TEST_CASE("docs/VALUES.md tells what a field of a contact makes of a value",
          "[unit][provider][constant_contact]") {
    const auto rows = test::value_table(test::source_file("docs/VALUES.md"), "Constant Contact");
    std::set<std::string, std::less<>> types;
    for (const auto& row : rows) {
        CAPTURE(row.field, row.value);
        const Field field = field_of(row.field);
        types.insert(field.type);
        const auto rules = make_value_rules({field});
        std::string rewritten = "untouched";
        const Fit fit = rules->fit(0, row.value, rewritten);
        const bool left_out = fit.kind == Fit::Kind::dropped;
        CHECK(fit.code == row.code);
        CHECK(left_out == row.sent.empty());
        if (fit.kind == Fit::Kind::rewritten)
            CHECK(rewritten == row.sent);
        else
            CHECK(rewritten == "untouched");
        if (fit.kind == Fit::Kind::as_is) CHECK(row.value == row.sent);
        CHECK(fit.why.empty() != left_out);
    }
    const auto known = types_with_rules();
    CHECK(types == std::set<std::string, std::less<>>(known.begin(), known.end()));
    // Every standard field has a type that the rules know.
    for (const Field& f : standard_fields())
        CHECK(std::find(known.begin(), known.end(), f.type) != known.end());
}

TEST_CASE("text is cut to the width of its field, in characters", "[unit][provider][constant_contact]") {
    std::string umlauts;
    for (int i = 0; i < 60; ++i) umlauts += "\u00e4";
    const auto rules = make_value_rules({standard("first_name"), standard("street"), Field{{}, "cf:new"}});
    std::string rewritten;
    CHECK(rules->fit(0, umlauts, rewritten).kind == Fit::Kind::rewritten);
    CHECK(rewritten.size() == 100);
    CHECK(rules->fit(1, umlauts, rewritten).kind == Fit::Kind::as_is);
    CHECK(rules->fit(2, "14.03.1980", rewritten).kind == Fit::Kind::as_is);  // it will be made as text
}

TEST_CASE("a birthday is sent with both its parts or not at all", "[unit][provider][constant_contact]") {
    const auto rules =
        make_value_rules({standard("birthday_month"), standard("birthday_day"), standard("first_name")});
    const Row both = fit_row(*rules, {"1990-12-24", "1990-12-24", "Ann"});
    CHECK(both.dropped.empty());
    CHECK(both.values == FieldValues{"12", "24", "Ann"});
    const Row half = fit_row(*rules, {"12", "x", "Ann"});
    REQUIRE(half.dropped.size() == 2);
    CHECK(half.dropped[0].code == "not_a_day");
    CHECK(half.dropped[1].code == "incomplete_birthday");
    CHECK(half.dropped[1].field == 0);
    CHECK(half.values == FieldValues{{}, {}, "Ann"});
    CHECK(fit_row(*rules, {{}, "24", {}}).dropped.size() == 1);
    CHECK(fit_row(*rules, {"2", "30", {}}).dropped.size() == 1);
    CHECK(fit_row(*rules, {"2", "29", {}}).dropped.empty());
    CHECK(fit_row(*rules, {{}, {}, "Ann"}).dropped.empty());
}

TEST_CASE("custom fields are read with their limits", "[unit][provider][constant_contact]") {
    const auto page = read_custom_fields(R"({"custom_fields":[
        {"custom_field_id":"a","name":"n","label":"N","type":"number","metadata":{"integer":true}},
        {"custom_field_id":"b","name":"c","label":"C","type":"currency",
         "metadata":{"currency_code":"EUR","integer":false,"decimal_places":2}},
        {"custom_field_id":"c","name":"m","label":"M","type":"number",
         "metadata":{"allow_negative":true,"decimal_places":3}},
        {"custom_field_id":"d","name":"s","label":"S","type":"single_select",
         "choices":[{"choice_label":"gold"},{"choice_label":"silver"}]}]})");
    REQUIRE(page.has_value());
    REQUIRE(page->fields.size() == 4);
    CHECK(page->fields[0].decimals == 0u);
    CHECK(page->fields[0].below_zero == false);
    CHECK(page->fields[1].format == "EUR");
    CHECK(page->fields[1].decimals == 2u);
    CHECK(!page->fields[1].below_zero);
    CHECK(page->fields[2].below_zero == true);
    CHECK(page->fields[3].choices == std::vector<std::string>{"gold", "silver"});
}

}  // namespace audienced::unit::provider_constant_contact_wire_values_test
