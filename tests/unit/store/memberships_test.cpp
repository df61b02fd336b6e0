#include "store/memberships.hpp"

#include <algorithm>
#include <map>

#include "state.hpp"

namespace audienced::unit::store_memberships_test {

using namespace audienced;
using namespace audienced::test;
using model::GroupNo;
using model::Membership;
using model::Standing;

namespace {

struct Scene : State {
    model::ExportId id = define_sample(*this);
    model::DestinationId destination = bind(*this, id);

    GroupNo make(int bit) {
        store::GroupRow group;
        group.bit = bit;
        group.id = model::GroupId("t" + std::to_string(bit));
        group.title = "Title " + std::to_string(bit);
        group.scanned = true;
        REQUIRE(store::put_group(db, destination, id, group));
        return group.no;
    }
    std::optional<Standing> find(GroupNo group, const std::string& who) {
        return store::find_membership(db, group, member(who)).value();
    }
    std::size_t size(GroupNo group) {
        return store::scan_memberships(db, group, std::nullopt, 10'000, [](auto&, auto) {}).value();
    }
};

}  // namespace

TEST_CASE("a membership comes back as it was put, and none removes it", "[unit][store]") {
    Scene s;
    const auto group = s.make(0), other = s.make(1);
    const auto ann = s.member("ann");
    CHECK(!s.find(group, "ann"));
    for (const auto state : {Membership::ours, Membership::maybe, Membership::others, Membership::off,
                             Membership::existing, Membership::may_have_left, Membership::taken}) {
        const Standing put{state, std::uint64_t{1} << 62 | 5};
        REQUIRE(store::put_membership(s.db, group, ann, put));
        CHECK(s.find(group, "ann") == put);
    }
    CHECK(s.size(group) == 1);
    CHECK(!s.find(other, "ann"));
    CHECK(!s.find(group, "bob"));
    REQUIRE(store::put_membership(s.db, other, ann, {Membership::ours, 1}));
    REQUIRE(store::put_membership(s.db, group, ann, {}));
    CHECK(!s.find(group, "ann"));
    CHECK(s.find(other, "ann"));
    REQUIRE(store::put_membership(s.db, group, ann, {}));  // none there: nothing to remove
}

TEST_CASE("the scan gives the members of one group in the order of their hashes", "[unit][store]") {
    Scene s;
    const auto group = s.make(0), other = s.make(1);
    for (int i = 0; i < 200; ++i)
        REQUIRE(store::put_membership(s.db, group, s.member(std::to_string(i)), {Membership::off, 9}));
    REQUIRE(store::put_membership(s.db, other, s.member("x"), {Membership::ours, 1}));
    std::vector<MemberHash> seen;
    const auto look = [&](const MemberHash& m, Standing standing) {
        CHECK(standing == Standing{Membership::off, 9});
        seen.push_back(m);
    };
    CHECK(store::scan_memberships(s.db, group, std::nullopt, 150, look).value() == 150);
    CHECK(store::scan_memberships(s.db, group, seen.back(), 150, look).value() == 50);
    CHECK(store::scan_memberships(s.db, group, seen.back(), 150, look).value() == 0);
    CHECK(seen.size() == 200);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
    CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

TEST_CASE("members are listed by state, and those of others are known to be there", "[unit][store]") {
    Scene s;
    const auto group = s.make(0), other = s.make(1);
    for (const char* who : {"a", "b", "c"})
        REQUIRE(store::put_membership(s.db, group, s.member(who), {Membership::existing, 0}));
    REQUIRE(store::put_membership(s.db, group, s.member("d"), {Membership::ours, 1}));
    REQUIRE(store::put_membership(s.db, other, s.member("e"), {Membership::others, 0}));
    const auto existing = store::members_in_state(s.db, group, Membership::existing).value();
    CHECK(existing.size() == 3);
    CHECK(std::is_sorted(existing.begin(), existing.end()));
    CHECK(store::members_in_state(s.db, group, Membership::ours).value() == std::vector{s.member("d")});
}

TEST_CASE("a group that is gone is forgotten in slices, and no other group with it", "[unit][store]") {
    Scene s;
    const auto group = s.make(0), other = s.make(1);
    for (int i = 0; i < 25; ++i) {
        REQUIRE(store::put_membership(s.db, group, s.member(std::to_string(i)), {Membership::ours, 1}));
        REQUIRE(store::put_membership(s.db, other, s.member(std::to_string(i)), {Membership::ours, 1}));
    }
    CHECK(store::forget_group(s.db, group, 10).value() == 10);
    CHECK(s.size(group) == 15);
    // From the first slice on no plan takes the group for one that is there.
    const auto known = store::groups_of_destination(s.db, s.destination).value();
    REQUIRE(known.size() == 2);
    CHECK(known[0].id.empty());
    CHECK(!known[0].scanned);
    CHECK(known[1].id == model::GroupId("t1"));
    CHECK(known[1].scanned);
    CHECK(store::get_groups(s.db, s.id).value().size() == 1);
    CHECK(store::forget_group(s.db, group, 10).value() == 10);
    CHECK(store::forget_group(s.db, group, 10).value() == 5);
    CHECK(store::forget_group(s.db, group, 10).value() == 0);
    CHECK(s.size(group) == 0);
    CHECK(s.size(other) == 25);
}

TEST_CASE("a state that this program does not know is not stored", "[unit][store]") {
    Scene s;
    const auto group = s.make(0);
    REQUIRE(store::put_membership(s.db, group, s.member("ann"), {Membership::ours, 1}));
    const std::string state = GENERATE("0", "9", "257", "-1");
    const std::string update = "UPDATE memberships SET state = " + state;
    CHECK(s.db.execute(update.c_str()).error().code == Errc::wrong_state);
    // Where it stands all the same, it is an error, not a guess.
    REQUIRE(s.db.execute(("PRAGMA ignore_check_constraints = 1; " + update).c_str()));
    CHECK(store::find_membership(s.db, group, s.member("ann")).error().code == Errc::store_corrupt);
    const auto scanned = store::scan_memberships(s.db, group, std::nullopt, 9, [](auto&, auto) {});
    CHECK(scanned.error().code == Errc::store_corrupt);
}

}  // namespace audienced::unit::store_memberships_test
