#include "store/delivered.hpp"

#include <algorithm>

#include "state.hpp"

namespace audienced::unit::store_delivered_test {

using namespace audienced;
using namespace audienced::test;
using model::CountedAs;
using model::ExportId;
using store::DeliveredRow;

namespace {

DeliveredRow row_of(const State& s, const std::string& who) {
    return {s.member(who), 0xFEDCBA9876543210, 7, CountedAs::updated};
}

}  // namespace

TEST_CASE("what was delivered comes back as it was put, and is replaced", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    auto row = row_of(s, "ann");
    REQUIRE(store::put_delivered(s.db, id, row));
    auto found = store::find_delivered(s.db, id, row.member).value();
    REQUIRE(found);
    CHECK(found->member == row.member);
    CHECK(found->values == row.values);
    CHECK(found->last_run == 7);
    CHECK(found->last_change == CountedAs::updated);
    row = {row.member, 2, 8, CountedAs::added};
    REQUIRE(store::put_delivered(s.db, id, row));
    found = store::find_delivered(s.db, id, row.member).value();
    CHECK((found->values == 2 && found->last_run == 8 && found->last_change == CountedAs::added));
    CHECK(store::count_delivered(s.db, id).value() == 1);
    CHECK(!store::find_delivered(s.db, id, s.member("bob")).value());
    CHECK(!store::find_delivered(s.db, ExportId(id.value() + 1), row.member).value());
}

TEST_CASE("values that are forgotten differ from all that can be sent", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    REQUIRE(store::put_delivered(s.db, id, row_of(s, "ann")));
    REQUIRE(store::put_delivered(s.db, id, row_of(s, "bob")));
    REQUIRE(store::forget_values(s.db, id, s.member("ann")));
    REQUIRE(store::forget_values(s.db, id, s.member("never delivered")));
    CHECK(store::find_delivered(s.db, id, s.member("ann")).value()->values == 0);
    CHECK(store::find_delivered(s.db, id, s.member("bob")).value()->values != 0);
    CHECK(store::count_delivered(s.db, id).value() == 2);
}

TEST_CASE("the values of one member are forgotten for all exports of a destination", "[unit][store]") {
    State s;
    const auto id = define_sample(s), second = define_export(s, "second"), other = define_export(s, "other");
    const auto here = store::bind_export(s.db, id, model::DestinationKey("acc/here")).value().destination;
    REQUIRE(store::bind_export(s.db, second, model::DestinationKey("acc/here")));
    REQUIRE(store::bind_export(s.db, other, model::DestinationKey("acc/there")));
    for (const auto e : {id, second, other})
        for (const char* name : {"ann", "bob"}) REQUIRE(store::put_delivered(s.db, e, row_of(s, name)));
    REQUIRE(store::forget_values(s.db, here, s.member("ann")));
    for (const auto e : {id, second}) {
        CHECK(store::find_delivered(s.db, e, s.member("ann")).value()->values == 0);
        CHECK(store::find_delivered(s.db, e, s.member("bob")).value()->values != 0);
    }
    CHECK(store::find_delivered(s.db, other, s.member("ann")).value()->values != 0);
}

TEST_CASE("the scan gives every member of one export in the order of their hashes", "[unit][store]") {
    State s;
    const auto id = define_sample(s), other = define_export(s, "other");
    for (int i = 0; i < 200; ++i) REQUIRE(store::put_delivered(s.db, id, row_of(s, std::to_string(i))));
    REQUIRE(store::put_delivered(s.db, other, row_of(s, "x")));
    std::vector<MemberHash> seen;
    const auto look = [&](const DeliveredRow& row) {
        CHECK(row.values == 0xFEDCBA9876543210);
        CHECK(row.last_run == 7);
        CHECK(row.last_change == CountedAs::updated);
        seen.push_back(row.member);
    };
    CHECK(store::scan_delivered(s.db, id, std::nullopt, 150, look).value() == 150);
    CHECK(store::scan_delivered(s.db, id, seen.back(), 150, look).value() == 50);
    CHECK(seen.size() == 200);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
    REQUIRE(store::remove_delivered(s.db, id, seen[5]));
    CHECK(store::count_delivered(s.db, id).value() == 199);
    CHECK(store::count_delivered(s.db, other).value() == 1);
}

TEST_CASE("of an export that is gone nothing is kept, and that is no error", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    REQUIRE(store::put_delivered(s.db, id, row_of(s, "ann")));
    REQUIRE(store::remove_export(s.db, "weekly"));
    CHECK(store::put_delivered(s.db, id, row_of(s, "bob")));
    CHECK(store::count_delivered(s.db, id).value() == 0);
}

TEST_CASE("a delivered row with an unknown change is an error, not a guess", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    REQUIRE(store::put_delivered(s.db, id, row_of(s, "ann")));
    const std::int64_t bad = GENERATE(0, 3, -1, 257, 258);
    INFO(bad);
    REQUIRE(s.db.prepare("UPDATE delivered SET last_change = ?1").bind(1, bad).run());
    CHECK(store::find_delivered(s.db, id, s.member("ann")).error().code == Errc::store_corrupt);
    const auto ignore = [](const DeliveredRow&) {};
    CHECK(store::scan_delivered(s.db, id, std::nullopt, 10, ignore).error().code == Errc::store_corrupt);
}

}  // namespace audienced::unit::store_delivered_test
