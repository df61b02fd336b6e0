#include "provider/tag_groups.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::provider_tag_groups_test {

using namespace audienced;
using namespace audienced::provider;
using model::GroupId;

namespace {

model::Group group(std::string id, std::string title) {
    model::Group g;
    g.id = GroupId(std::move(id));
    g.title = std::move(title);
    return g;
}

GroupLayout layout(std::vector<std::string> titles, std::vector<model::Group> known, std::vector<Tag> tags) {
    GroupLayout out;
    REQUIRE(add_tag_groups(out, titles, known, tags, 0).has_value());
    return out;
}

}  // namespace

TEST_CASE("a renamed tag is the same tag, and a new one of its old name is another", "[unit][provider]") {
    const auto renamed = layout({"gold "}, {group("11", "Gold")}, {{"11", "Platinum"}, {"12", "Gold"}});
    REQUIRE(renamed.groups.size() == 1);
    CHECK(renamed.groups[0].id == GroupId("11"));
    CHECK(renamed.groups[0].title == "gold");
    CHECK(renamed.gone.empty());
}

TEST_CASE("a known tag that is deleted is gone, and its title is found by name again", "[unit][provider]") {
    const std::vector<model::Group> known{group("11", "Gold"), group("13", "Silver"), group("", "Bronze")};
    const auto made_again = layout({"Gold", "Silver"}, known, {{"12", "GOLD"}});
    CHECK(made_again.groups[0].id == GroupId("12"));
    CHECK(made_again.groups[1].id.empty());
    CHECK(made_again.gone == std::vector<GroupId>{GroupId("11"), GroupId("13")});
    // Remembered twice under one title: the one that exists.
    const auto later = layout({"Gold"}, {group("11", "Gold"), group("12", "Gold")}, {{"12", "x"}});
    CHECK(later.groups[0].id == GroupId("12"));
}

TEST_CASE("titles that mean one tag share a group, which keeps the title that is remembered",
          "[unit][provider]") {
    for (const bool remembered_first : {true, false}) {
        std::vector<std::string> titles{"Gold", "Platinum", "New"};
        if (!remembered_first) std::swap(titles[0], titles[1]);
        const auto shared = layout(titles, {group("11", "Gold")}, {{"11", "Platinum"}});
        REQUIRE(shared.groups.size() == 2);
        CHECK(shared.groups[0].title == "Gold");
        CHECK(shared.of_segment == std::vector<std::uint64_t>{1, 1, 2});
    }
}

}  // namespace audienced::unit::provider_tag_groups_test
