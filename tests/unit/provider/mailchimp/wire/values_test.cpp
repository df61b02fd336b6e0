#include "provider/mailchimp/wire/values.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "provider/mailchimp/wire/address_parts.hpp"
#include "support/source_tree.hpp"
#include "support/value_table.hpp"

namespace audienced::unit::provider_mailchimp_wire_values_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::mailchimp;

namespace {

/// "phone (US)": the type, and what the audience says of the field.
Field field_of(const std::string& named) {
    Field f;
    f.name = "F";
    const auto paren = named.find(" (");
    f.type = named.substr(0, paren);
    if (paren == named.npos) return f;
    std::string options = named.substr(paren + 2, named.size() - paren - 3);
    if (f.type == "phone" || f.type == "birthday") {
        f.format = options;
        return f;
    }
    for (std::size_t comma; (comma = options.find(", ")) != options.npos; options.erase(0, comma + 2))
        f.choices.push_back(options.substr(0, comma));
    f.choices.push_back(options);
    return f;
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

Field part(std::string name) {
    Field f;
    f.name = std::move(name);
    f.type = type_of_part;
    return f;
}

}  // namespace

TEST_CASE("docs/VALUES.md tells what a merge field makes of a value", "[unit][provider][mailchimp]") {
    const auto rows = test::value_table(test::source_file("docs/VALUES.md"), "Mailchimp");
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
    // Nothing that the code tells apart is missing in the page, nor the other way round.
    const auto known = types_with_rules();
    CHECK(types == std::set<std::string, std::less<>>(known.begin(), known.end()));
}

TEST_CASE("a field that is yet to be made takes text", "[unit][provider][mailchimp]") {
    const auto rules = make_value_rules({Field{{}, "NEW"}});
    std::string rewritten;
    CHECK(rules->fit(0, "14.03.1980", rewritten).kind == Fit::Kind::as_is);
}

TEST_CASE("an address is sent whole or not at all", "[unit][provider][mailchimp]") {
    Field first;
    first.name = "FNAME";
    first.type = "text";
    const auto rules = make_value_rules({first, part("ADDRESS.addr1"), part("ADDRESS.city"),
                                         part("ADDRESS.state"), part("ADDRESS.zip"), part("HOME.addr1")});
    const Row whole = fit_row(*rules, {"Ann", "1 Main Street", "Boston", "MA", " 02110 ", {}});
    CHECK(whole.dropped.empty());
    CHECK(whole.values[4] == "02110");

    const Row half = fit_row(*rules, {"Ann", "1 Main Street", "Boston", {}, "02110", {}});
    REQUIRE(half.dropped.size() == 1);
    CHECK(half.dropped[0].field == 3);  // the part that is missing
    CHECK(half.dropped[0].code == "incomplete_address");
    CHECK(half.values[0] == "Ann");
    CHECK(std::none_of(half.values.begin() + 1, half.values.end(), [](const auto& v) { return v; }));

    // A blank is no value.
    CHECK(fit_row(*rules, {{}, "1 Main Street", "  ", "MA", "02110", {}}).dropped.size() == 1);
    // None at all, and an address that is to be cleared, lack nothing.
    CHECK(fit_row(*rules, {"Ann", {}, {}, {}, {}, {}}).dropped.empty());
    CHECK(fit_row(*rules, {"Ann", "", "", "", "", {}}).dropped.empty());
}

}  // namespace audienced::unit::provider_mailchimp_wire_values_test
