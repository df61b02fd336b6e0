#include "run/groups.hpp"

#include <catch2/catch.hpp>

#include "support/print_result.hpp"

namespace audienced::unit::run_groups_test {

using namespace audienced;

namespace {

model::Group group(const char* id, const char* title) {
    model::Group g;
    g.id = model::GroupId(id);
    g.title = title;
    return g;
}

provider::GroupLayout tags(std::vector<model::Group> groups) {
    provider::GroupLayout layout;
    for (std::size_t i = 0; i < groups.size(); ++i) layout.of_segment.push_back(std::uint64_t{1} << i);
    layout.groups = std::move(groups);
    return layout;
}

/// As if they had been stored: each gets the number of its bit, plus one.
std::vector<store::GroupRow> stored(std::vector<store::GroupRow> rows) {
    for (store::GroupRow& row : rows) row.no = model::GroupNo(row.bit + 1);
    return rows;
}

}  // namespace

TEST_CASE("a bit always belongs to the same title, whatever the order of segments", "[unit][run]") {
    const auto first = run::assign_bits({}, {}, tags({group("1", "A"), group("2", "B")})).value();
    CHECK(first.layout.of_segment == std::vector<std::uint64_t>{1, 2});
    const auto rows = stored(first.groups);
    const auto second = run::assign_bits(rows, rows, tags({group("2", "b"), group("3", "C")})).value();
    CHECK(second.layout.of_segment == std::vector<std::uint64_t>{2, 4});
    REQUIRE(second.groups.size() == 3);
    CHECK(second.groups[0].id ==
          model::GroupId("1"));  // the dropped segment's tag: its members are taken out of it
    CHECK(second.groups[1].no == model::GroupNo(2));
    CHECK(second.groups[2].no == model::GroupNo());
    CHECK(second.gone.empty());
}

TEST_CASE("a tag that was deleted is gone, and the one in its place has no members yet", "[unit][run]") {
    auto rows = stored(run::assign_bits({}, {}, tags({group("1", "A"), group("2", "B")})).value().groups);
    for (auto& row : rows) row.scanned = true;
    provider::GroupLayout found = tags({group("", "A"), group("9", "B")});
    found.gone = {model::GroupId("1"), model::GroupId("2")};
    const auto bits = run::assign_bits(rows, rows, found).value();
    CHECK(bits.gone == std::vector{model::GroupNo(1), model::GroupNo(2)});
    CHECK(bits.groups[0].id.empty());
    CHECK(bits.groups[0].no == model::GroupNo());
    CHECK(bits.groups[1].no == model::GroupNo());
    CHECK_FALSE(bits.groups[1].scanned);
}

TEST_CASE("the tag of a dropped segment that was deleted frees its bit", "[unit][run]") {
    const auto rows =
        stored(run::assign_bits({}, {}, tags({group("1", "A"), group("2", "B")})).value().groups);
    provider::GroupLayout found = tags({group("2", "B"), group("", "C")});
    found.gone = {model::GroupId("1")};
    const auto bits = run::assign_bits(rows, rows, found).value();
    CHECK(bits.groups[0].title.empty());
    CHECK(bits.layout.of_segment == std::vector<std::uint64_t>{2, 4});
    std::vector<store::GroupRow> left{bits.groups[1], bits.groups[2]};
    const auto later = run::assign_bits(left, left, tags({group("4", "D")})).value();
    CHECK(later.layout.of_segment == std::vector<std::uint64_t>{1});
}

// Every member lost the tag: it was given under the new title, and taken off under the old one.
TEST_CASE("a tag that was renamed, and whose segment got that title too, keeps its bit", "[unit][run]") {
    auto rows = stored(run::assign_bits({}, {}, tags({group("1", "A"), group("2", "B")})).value().groups);
    for (auto& row : rows) row.scanned = true;
    const auto bits = run::assign_bits(rows, rows, tags({group("1", "Other"), group("2", "B")})).value();
    CHECK(bits.layout.of_segment == std::vector<std::uint64_t>{1, 2});
    REQUIRE(bits.groups.size() == 2);
    CHECK(bits.groups[0].title == "Other");
    CHECK(bits.groups[0].no == model::GroupNo(1));
    CHECK(bits.groups[0].scanned);
    // The same where another row had that title, and its tag is gone.
    provider::GroupLayout found = tags({group("1", "B")});
    found.gone = {model::GroupId("2")};
    const auto one = run::assign_bits(rows, rows, found).value();
    CHECK(one.layout.of_segment == std::vector<std::uint64_t>{1});
    CHECK(one.groups[0].title == "B");
    CHECK(one.groups[1].title.empty());
}

TEST_CASE("exports of one destination share its groups", "[unit][run]") {
    const auto other =
        stored(run::assign_bits({}, {}, tags({group("1", "A"), group("", "B")})).value().groups);
    const auto bits = run::assign_bits({}, other, tags({group("", "B"), group("1", "A")})).value();
    CHECK(bits.groups[0].no == model::GroupNo(2));
    CHECK(bits.groups[1].no == model::GroupNo(1));
}

TEST_CASE("groups are looked for by the ids that are known, the export's own titles first", "[unit][run]") {
    const auto own = stored(run::assign_bits({}, {}, tags({group("1", "A"), group("", "B")})).value().groups);
    auto all = own;
    all[0].title = "as another export calls it";
    const auto known = run::known_groups(own, all);
    REQUIRE(known.size() == 1);
    CHECK(known[0].title == "A");
}

TEST_CASE("two segments with one title share one tag", "[unit][run]") {
    provider::GroupLayout layout = tags({group("1", "A"), group("1", "a")});
    const auto bits = run::assign_bits({}, {}, layout).value();
    CHECK(bits.groups.size() == 1);
    CHECK(bits.layout.of_segment == std::vector<std::uint64_t>{1, 1});
}

TEST_CASE("a group that the upsert joins is a list", "[unit][run]") {
    provider::GroupLayout layout = tags({group("list", "Customers"), group("1", "A")});
    layout.joined_by_upsert = 1;
    const auto bits = run::assign_bits({}, {}, layout).value();
    CHECK(bits.layout.joined_by_upsert == 1);
    CHECK(bits.groups[0].is_list);
    CHECK_FALSE(bits.groups[1].is_list);
}

TEST_CASE("more than 64 groups at a time are refused", "[unit][run]") {
    provider::GroupLayout layout;
    for (int i = 0; i < 65; ++i)
        layout.groups.push_back(group(std::to_string(i).c_str(), ("T" + std::to_string(i)).c_str()));
    const auto refused = run::assign_bits({}, {}, layout);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::too_large);
}

}  // namespace audienced::unit::run_groups_test
