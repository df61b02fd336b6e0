#include "provider/mailchimp/groups.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::provider_mailchimp_groups_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::mailchimp;

namespace {
std::vector<std::string> titles(std::size_t n) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back("m" + std::to_string(i));
    return out;
}
}  // namespace

TEST_CASE("titles become tags, found without regard to case and blanks", "[unit][provider][mailchimp]") {
    const std::vector<Tag> tags{{"11", "vip customers"}, {"12", "Other"}};
    auto layout = layout_of({" VIP Customers", "New", "vip CUSTOMERS "}, {}, tags);
    REQUIRE(layout.has_value());
    REQUIRE(layout->groups.size() == 2);
    CHECK(layout->groups[0].id == model::GroupId("11"));
    CHECK(layout->groups[1].id.empty());
    CHECK(layout->groups[1].title == "New");
    CHECK(layout->of_segment == std::vector<std::uint64_t>{1, 2, 1});
    CHECK(layout->joined_by_upsert == 0);

    CHECK(layout_of(titles(64), {}, {}).has_value());
    CHECK(layout_of(titles(65), {}, {}).error().code == Errc::usage);
}

}  // namespace audienced::unit::provider_mailchimp_groups_test
