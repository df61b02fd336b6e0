#include "state.hpp"
#include "store/memberships.hpp"

namespace audienced::unit::store_groups_test {

using namespace audienced;
using namespace audienced::test;
using model::GroupId;
using model::Membership;

namespace {

store::GroupRow group_of(int bit, const char* id, const char* title) {
    store::GroupRow group;
    group.bit = bit;
    group.id = GroupId(id);
    group.title = title;
    return group;
}

std::vector<std::string> titles(State& s, model::ExportId id) {
    std::vector<std::string> all;
    for (const auto& group : store::get_groups(s.db, id).value()) all.push_back(group.title);
    return all;
}

}  // namespace

TEST_CASE("a group comes back as it was put, and is stored once", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto destination = bind(s, id);
    auto group = group_of(63, "", "Buyers");
    group.is_list = true;
    group.had_members = GENERATE(false, true);
    REQUIRE(store::put_group(s.db, destination, id, group));
    CHECK(group.no != model::GroupNo());
    const auto no = group.no;
    group.id = GroupId("t1");  // made meanwhile
    group.scanned = true;
    REQUIRE(store::put_group(s.db, destination, id, group));
    const auto groups = store::get_groups(s.db, id).value();
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].bit == 63);
    CHECK(groups[0].no == no);
    CHECK(groups[0].id == GroupId("t1"));
    CHECK(groups[0].title == "Buyers");
    CHECK(groups[0].is_list);
    CHECK(groups[0].scanned);
    CHECK(groups[0].had_members == group.had_members);
    CHECK(store::groups_of_destination(s.db, destination).value().size() == 1);
    CHECK(store::groups_of_destination(s.db, model::DestinationId(99)).value().empty());
}

TEST_CASE("two exports share a group, each by its own bit and title", "[unit][store]") {
    State s;
    const auto first = define_sample(s), second = define_export(s, "other");
    const auto destination = bind(s, first);
    bind(s, second);
    auto group = group_of(0, "t1", "Buyers");
    REQUIRE(store::put_group(s.db, destination, first, group));
    auto shared = group;
    shared.bit = 5;
    shared.title = "Customers";
    REQUIRE(store::put_group(s.db, destination, second, shared));
    CHECK(store::groups_of_destination(s.db, destination).value().size() == 1);
    CHECK(titles(s, first) == std::vector<std::string>{"Buyers"});
    CHECK(titles(s, second) == std::vector<std::string>{"Customers"});
    CHECK(store::get_groups(s.db, second).value()[0].bit == 5);
    CHECK(store::get_groups(s.db, second).value()[0].no == group.no);
}

TEST_CASE("an export has one bit for a title, and groups by bit", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto destination = bind(s, id);
    auto late = group_of(7, "t7", "Late"), early = group_of(2, "t2", "Early");
    REQUIRE(store::put_group(s.db, destination, id, late));
    REQUIRE(store::put_group(s.db, destination, id, early));
    CHECK(titles(s, id) == std::vector<std::string>{"Early", "Late"});
    auto twice = group_of(8, "t8", "Late");
    CHECK(store::put_group(s.db, destination, id, twice).error().code == Errc::wrong_state);
    auto too_high = group_of(64, "t9", "One more");
    CHECK(store::put_group(s.db, destination, id, too_high).error().code == Errc::wrong_state);
    // The group of a bit was replaced: its title stands for the new one.
    auto again = group_of(7, "t10", "Late");
    REQUIRE(store::put_group(s.db, destination, id, again));
    CHECK(store::get_groups(s.db, id).value()[1].id == GroupId("t10"));
}

TEST_CASE("a bit is freed when no segment asks for it and the export holds no member there",
          "[unit][store]") {
    State s;
    const auto id = define_sample(s), other = define_export(s, "other");
    const auto destination = bind(s, id);
    bind(s, other);
    auto wanted = group_of(0, "t0", "Wanted"), idle = group_of(1, "t1", "Idle"),
         held = group_of(2, "t2", "Held"), of_other = group_of(3, "t3", "Of another");
    for (auto* group : {&wanted, &idle, &held, &of_other})
        REQUIRE(store::put_group(s.db, destination, id, *group));
    auto shared = idle;
    REQUIRE(store::put_group(s.db, destination, other, shared));
    const auto ann = s.member("ann");
    REQUIRE(store::put_membership(s.db, held.no, ann, {Membership::maybe, 3}));
    REQUIRE(store::put_membership(s.db, of_other.no, ann, {Membership::ours, 2}));
    const std::uint64_t own = 1;
    REQUIRE(store::drop_idle_groups(s.db, id, own, {"Wanted"}));
    CHECK(titles(s, id) == std::vector<std::string>{"Wanted", "Held"});
    CHECK(titles(s, other) == std::vector<std::string>{"Idle"});
    CHECK(store::groups_of_destination(s.db, destination).value().size() == 4);  // known as before
    REQUIRE(store::put_membership(s.db, held.no, ann, {Membership::ours, 2}));   // let go
    REQUIRE(store::drop_idle_groups(s.db, id, own, {"Wanted"}));
    CHECK(titles(s, id) == std::vector<std::string>{"Wanted"});
}

}  // namespace audienced::unit::store_groups_test
