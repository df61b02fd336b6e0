#include "run/planning/memory_scan.hpp"

#include <map>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_planning_memory_scan_test {

using namespace audienced;
using namespace audienced::test;
using model::CountedAs;
using model::Membership;
using model::Standing;

namespace {

constexpr std::uint64_t own = 1, other = 2, gone = 4;

struct Scene : RunBench {
    run::PlanInput in;

    Scene() {
        in.destination = destination();
        in.export_id = in_store([](auto& db, const auto&) { return store::export_id(db, "weekly"); });
        in.slots = {own, own | other};
        in.store = store.get();
    }
    /// The group gets the next bit.
    store::GroupRow add_group(bool is_list = false) {
        store::GroupRow group;
        group.bit = static_cast<int>(in.groups.groups.size());
        group.id = model::GroupId("t" + std::to_string(group.bit));
        group.title = "Title " + std::to_string(group.bit);
        group.is_list = is_list;
        in_store([&](store::Database& db, const vault::Vault&) -> result<bool> {
            REQUIRE(store::put_group(db, in.destination, in.export_id, group));
            return true;
        });
        in.groups.groups.push_back(group);
        return group;
    }
    MemberHash member(const std::string& who) {
        return in_store([&](store::Database&, const vault::Vault& vault) -> result<MemberHash> {
            return vault.members().member(who);
        });
    }
    void deliver(const std::string& who, std::uint64_t values, std::int64_t run = 3) {
        in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
            REQUIRE(store::put_delivered(db, in.export_id,
                                         {vault.members().member(who), values, run, CountedAs::updated}));
            return true;
        });
    }
    void stand(const store::GroupRow& group, const std::string& who, Standing standing) {
        in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
            REQUIRE(store::put_membership(db, group.no, vault.members().member(who), standing));
            return true;
        });
    }
    std::vector<plan::LedgerEntry> scan() {
        run::MemoryScan scan(in);
        std::vector<plan::LedgerEntry> all;
        for (;;) {
            auto next = scan.next();
            REQUIRE(next);
            if (!*next) return all;
            all.push_back(**next);
        }
    }
    std::map<MemberHash, plan::LedgerEntry> by_member() {
        std::map<MemberHash, plan::LedgerEntry> out;
        for (const auto& entry : scan()) out[entry.member] = entry;
        return out;
    }
};

}  // namespace

TEST_CASE("what was delivered is joined with the memberships of every group", "[unit][run]") {
    Scene s;
    CHECK(s.scan().empty());
    const auto tag = s.add_group();
    s.in.groups.groups.emplace_back();  // a bit that is not in use
    const auto list = s.add_group(true);
    s.deliver("ann", 11);
    s.stand(tag, "ann", {Membership::ours, own});
    s.stand(list, "ann", {Membership::others, 0});
    s.deliver("bob", 12, 4);
    s.stand(list, "bob", {Membership::maybe, own});
    s.deliver("cid", 13);
    const auto all = s.by_member();
    REQUIRE(all.size() == 3);
    const auto& ann = all.at(s.member("ann"));
    CHECK(ann.delivered);
    CHECK(ann.values == 11);
    CHECK(ann.last_run == 3);
    CHECK(ann.last_change == CountedAs::updated);
    CHECK(ann.groups == 5);
    CHECK(ann.owned == 1);
    const auto& bob = all.at(s.member("bob"));
    CHECK(bob.last_run == 4);
    CHECK(bob.groups == 0);
    CHECK(bob.owned == 4);
    const auto& cid = all.at(s.member("cid"));
    CHECK((cid.delivered && cid.groups == 0 && cid.owned == 0));
}

TEST_CASE("a member that was never delivered comes where the export holds or takes up its membership",
          "[unit][run]") {
    Scene s;
    const auto tag = s.add_group(), second = s.add_group();
    s.stand(tag, "left by an export that was removed", {Membership::ours, gone});
    s.stand(tag, "held by another", {Membership::ours, other});
    s.stand(tag, "given by others", {Membership::others, 0});
    s.stand(tag, "taken off", {Membership::off, own});
    s.stand(tag, "unclear", {Membership::maybe, own});
    s.stand(second, "unclear", {Membership::others, 0});
    const auto all = s.by_member();
    REQUIRE(all.size() == 2);
    const auto& taken_up = all.at(s.member("left by an export that was removed"));
    CHECK_FALSE(taken_up.delivered);
    CHECK(taken_up.groups == 0);
    CHECK(taken_up.owned == 1);
    const auto& unclear = all.at(s.member("unclear"));
    CHECK_FALSE(unclear.delivered);
    CHECK(unclear.groups == 2);
    CHECK(unclear.owned == 1);
}

TEST_CASE("memory is read in slices, in the order of the hashes, without a gap", "[unit][run]") {
    Scene s;
    // So many groups that a slice has 1,000 rows.
    std::vector<store::GroupRow> groups;
    for (int i = 0; i < 20; ++i) groups.push_back(s.add_group());
    const int members = GENERATE(2000, 2500);  // the last slice full, and not
    s.in_store([&](store::Database& db, const vault::Vault& vault) -> result<bool> {
        auto at_once = store::Transaction::begin(db).value();
        for (int i = 0; i < members; ++i) {
            const auto member = vault.members().member(std::to_string(i));
            if (i % 2 == 0)
                REQUIRE(store::put_delivered(db, s.in.export_id, {member, 5, 1, CountedAs::added}));
            REQUIRE(store::put_membership(db, groups[19].no, member, {Membership::ours, own}));
            if (i % 500 == 0)
                REQUIRE(store::put_membership(db, groups[0].no, member, {Membership::ours, own}));
        }
        REQUIRE(at_once.commit());
        return true;
    });
    const auto all = s.scan();
    REQUIRE(all.size() == static_cast<std::size_t>(members));
    const auto before = [](const auto& a, const auto& b) { return a.member < b.member; };
    CHECK(std::is_sorted(all.begin(), all.end(), before));
    std::size_t delivered = 0, in_both = 0;
    for (const auto& entry : all) {
        delivered += entry.delivered;
        in_both += entry.groups == (1u << 19 | 1u);
        REQUIRE((entry.owned & 1u << 19) != 0);
    }
    CHECK(delivered == all.size() / 2);
    CHECK(in_both == all.size() / 500);
}

TEST_CASE("what cannot be read of the memory ends the plan", "[unit][run]") {
    Scene s;
    const auto tag = s.add_group();
    s.deliver("ann", 1);
    s.stand(tag, "ann", {Membership::ours, own});
    const bool membership = GENERATE(true, false);
    s.execute("PRAGMA ignore_check_constraints = 1");
    s.execute(membership ? "UPDATE memberships SET state = 9" : "UPDATE delivered SET last_change = 9");
    run::MemoryScan scan(s.in);
    const auto next = scan.next();
    REQUIRE_FALSE(next);
    CHECK(next.error().code == Errc::store_corrupt);
}

}  // namespace audienced::unit::run_planning_memory_scan_test
