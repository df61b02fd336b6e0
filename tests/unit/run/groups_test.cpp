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

}  // namespace

TEST_CASE("a bit always belongs to the same title, whatever the order of segments", "[unit][run]") {
    const auto first = run::assign_bits({}, tags({group("1", "A"), group("2", "B")})).value();
    CHECK(first.layout.of_segment == std::vector<std::uint64_t>{1, 2});
    const auto second = run::assign_bits(first.groups, tags({group("2", "b"), group("3", "C")})).value();
    CHECK(second.layout.of_segment == std::vector<std::uint64_t>{2, 4});
    REQUIRE(second.groups.size() == 3);
    CHECK(second.groups[0].id ==
          model::GroupId("1"));  // the dropped segment's tag: its members are taken out of it
    CHECK(second.lost == 0);
}

TEST_CASE("a tag that was deleted, or made anew, has lost its members", "[unit][run]") {
    auto first = run::assign_bits({}, tags({group("1", "A"), group("2", "B")})).value();
    for (auto& row : first.groups) row.scanned = true;
    const auto second = run::assign_bits(first.groups, tags({group("", "A"), group("9", "B")})).value();
    CHECK(second.lost == 3);
    CHECK(second.groups[0].id.empty());
    CHECK_FALSE(second.groups[1].scanned);
}

TEST_CASE("two segments with one title share one tag", "[unit][run]") {
    provider::GroupLayout layout = tags({group("1", "A"), group("1", "a")});
    const auto bits = run::assign_bits({}, layout).value();
    CHECK(bits.groups.size() == 1);
    CHECK(bits.layout.of_segment == std::vector<std::uint64_t>{1, 1});
}

TEST_CASE("a group that the upsert joins keeps that meaning", "[unit][run]") {
    provider::GroupLayout layout = tags({group("list", "Customers")});
    layout.of_segment = {1, 1};
    layout.joined_by_upsert = 1;
    const auto bits = run::assign_bits({}, layout).value();
    CHECK(bits.layout.joined_by_upsert == 1);
}

TEST_CASE("more than 64 groups over an export's life are refused", "[unit][run]") {
    std::vector<model::Group> many;
    for (int i = 0; i < 65; ++i) many.push_back(group("x", ("T" + std::to_string(i)).c_str()));
    provider::GroupLayout layout;
    layout.groups = many;
    const auto refused = run::assign_bits({}, layout);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::too_large);
}

}  // namespace audienced::unit::run_groups_test
