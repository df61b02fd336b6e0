#include "plan/diff.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "unit/plan/diff_scene.hpp"

namespace audienced::unit::plan_diff_test {

using namespace audienced;
using namespace audienced::plan;
using namespace audienced::test;
using model::CountedAs;
using Verdict = Diff::Verdict;
constexpr auto former = SegmentRow::Address::former, present = SegmentRow::Address::present;

TEST_CASE("a member is added, updated, left alone or removed by comparing with the ledger", "[unit][plan]") {
    Diff diff(of_run(7));
    diff.add_ledger_entry(known(1, 10, 1, 1));
    diff.add_ledger_entry(known(2, 20, 1, 1));
    diff.add_ledger_entry(known(3, 30, 1, 1));
    CHECK(diff.classify_row(row(1, 10, 1)) == Verdict::known);
    CHECK(diff.classify_row(row(2, 21, 1)) == Verdict::updated);
    CHECK(diff.classify_row(row(4, 40, 1)) == Verdict::added);
    const auto changes = by_member(diff, diff.finish());
    REQUIRE(changes.size() == 1);
    CHECK(changes.at(3).left);
    CHECK(changes.at(3).leave == 1);
    CHECK(changes.at(3).counted_as == CountedAs::removed);
    CHECK(diff.counts().unchanged == 1);
    CHECK(diff.counts().updated == 1);
    CHECK(diff.counts().added == 1);
    CHECK(diff.counts().removed == 1);
    CHECK(diff.members_losing_groups() == 1);
    CHECK(diff.joins_of(member(4)) == 1);
    CHECK(diff.joins_of(member(2)) == 0);
    CHECK(diff.joins_of(member(1)) == 0);
}

TEST_CASE("a member met again counts as duplicate and still gets the other segment's group", "[unit][plan]") {
    Diff diff(of_run(7));
    diff.add_ledger_entry(known(1, 10, 1, 1));
    CHECK(diff.classify_row(row(1, 10, 1)) == Verdict::known);
    CHECK(diff.classify_row(row(1, 99, 2)) == Verdict::duplicate);  // the first profile's values win
    CHECK(diff.classify_row(row(2, 20, 1)) == Verdict::added);
    CHECK(diff.classify_row(row(2, 21, 2)) == Verdict::duplicate);
    const auto changes = by_member(diff, diff.finish());
    CHECK(changes.at(1).join == 2);
    CHECK(changes.at(1).counted_as == CountedAs::updated);
    CHECK(diff.joins_of(member(2)) == 3);
    CHECK(diff.counts().duplicate == 2);
    CHECK(diff.counts().updated == 1);
    CHECK(diff.members_seen() == 2);
}

TEST_CASE("a suppressed member gets nothing, but still loses what its segments no longer ask for",
          "[unit][plan]") {
    Diff diff(of_run(7));
    diff.add_ledger_entry(known(1, 10, 3, 3));
    diff.suppress({member(1), member(2)});
    CHECK(diff.classify_row(row(1, 11, 1)) == Verdict::suppressed);
    CHECK(diff.classify_row(row(2, 20, 1)) == Verdict::suppressed);
    const auto changes = by_member(diff, diff.finish());
    CHECK(changes.at(1).join == 0);
    CHECK(changes.at(1).leave == 2);
    CHECK(changes.at(1).counted_as == CountedAs::none);
    CHECK(diff.joins_of(member(2)) == 0);
    CHECK(diff.counts().suppressed == 2);
}

TEST_CASE("a deferred reject is not sent again until its values change or its next try has come",
          "[unit][plan]") {
    const SysTime now{std::chrono::seconds{1000}};
    DiffOptions o;
    o.now = now;
    o.run = 7;
    Diff diff(o);
    diff.defer({{member(1), 10, 0, 8}, {member(2), 20}, {member(3), 30, 999}, {member(4), 40, 1001}});
    CHECK(diff.classify_row(row(1, 10, 1)) == Verdict::deferred);
    CHECK(diff.classify_row(row(2, 21, 1)) == Verdict::added);
    CHECK(diff.classify_row(row(3, 30, 1)) == Verdict::added);
    CHECK(diff.classify_row(row(4, 40, 1)) == Verdict::deferred);
    CHECK(diff.counts().rejected == 2);
    CHECK(diff.deferred_of(member(1))->words == 8);
    CHECK(diff.deferred_of(member(5)) == nullptr);
}

TEST_CASE("what this run delivered before a crash keeps its count and is not sent again", "[unit][plan]") {
    DiffOptions o = of_run(7);
    o.full = true;
    Diff diff(o);
    diff.add_ledger_entry({member(1), 10, 1, 1, 7, CountedAs::added});
    diff.add_ledger_entry({member(2), 20, 1, 1, 7, CountedAs::updated});
    diff.add_ledger_entry({member(3), 30, 1, 1, 6, CountedAs::added});
    diff.add_ledger_entry({member(4), 40, 0, 0, 7, CountedAs::added});  // upserted, not yet in its group
    for (std::uint8_t n = 1; n <= 4; ++n)
        CHECK(diff.classify_row(row(n, n * 10u, 1)) == (n == 3 ? Verdict::updated : Verdict::known));
    const auto changes = by_member(diff, diff.finish());
    CHECK(changes.at(4).join == 1);
    CHECK(changes.at(4).counted_as == CountedAs::none);
    CHECK(diff.counts().added == 2);
    CHECK(diff.done().added == 2);
    CHECK(diff.counts().updated == 2);
    CHECK(diff.done().updated == 1);
}

TEST_CASE("a list that an upsert joins by itself asks for an upsert, not for a membership call",
          "[unit][plan]") {
    DiffOptions o = of_run(7);
    o.joined_by_upsert = 1;
    Diff diff(o);
    diff.add_ledger_entry(known(1, 10, 0, 0));
    CHECK(diff.classify_row(row(1, 10, 1)) == Verdict::updated);
    CHECK(diff.classify_row(row(2, 20, 3)) == Verdict::added);
    CHECK(diff.finish().empty());
    CHECK(diff.joins_of(member(1)) == 0);
    CHECK(diff.joins_of(member(2)) == 2);
}

TEST_CASE("a row of a former address keeps the contact's memberships and is sent nothing", "[unit][plan]") {
    Diff diff(of_run(7));
    diff.add_ledger_entry(known(1, 10, 3, 3));
    diff.suppress({member(1)});
    CHECK(diff.classify_row(row(1, 11, 1 | 4, former)) == Verdict::suppressed);
    CHECK(diff.classify_row(row(2, 20, 1, former)) == Verdict::suppressed);  // never delivered
    const auto changes = by_member(diff, diff.finish());
    REQUIRE(changes.size() == 1);
    CHECK(!changes.at(1).left);
    CHECK(changes.at(1).join == 0);
    CHECK(changes.at(1).leave == 2);  // its segment asks for it no longer
    CHECK(diff.joins_of(member(2)) == 0);
    CHECK(diff.counts().suppressed == 2);
    CHECK(diff.counts().removed + diff.counts().added + diff.counts().updated == 0);
}

TEST_CASE("a contact goes on under its present address, whichever of its rows comes first", "[unit][plan]") {
    Diff diff(of_run(7));
    diff.add_ledger_entry(known(1, 10, 1, 1));
    diff.add_ledger_entry(known(2, 20, 1, 1));
    diff.add_ledger_entry(known(3, 30, 1, 1));
    diff.suppress({member(1), member(2), member(3)});  // all for their former addresses ...
    diff.suppress_present({member(3)});                // ... and one for another reason too
    const bool former_first = GENERATE(true, false);
    if (former_first) CHECK(diff.classify_row(row(1, 99, 2, former)) == Verdict::suppressed);
    CHECK(diff.classify_row(row(1, 11, 1, present)) == Verdict::updated);
    if (!former_first) CHECK(diff.classify_row(row(1, 99, 2, former)) == Verdict::suppressed);
    CHECK(diff.classify_row(row(1, 12, 1, present)) == Verdict::duplicate);
    CHECK(diff.classify_row(row(2, 20, 1, present)) == Verdict::known);
    CHECK(diff.classify_row(row(3, 31, 1, present)) == Verdict::suppressed);
    CHECK(diff.finish().empty());
    CHECK(diff.joins_of(member(1)) == 2);
    auto counts = diff.counts();
    CHECK(counts.suppressed == 2);
    CHECK(counts.unchanged == 1);
    counts.read = 5;
    CHECK(counts.add_up());
}

TEST_CASE("a complete run sends values and memberships whatever is remembered of them", "[unit][plan]") {
    DiffOptions o = of_run(7);
    o.full = true;
    o.joined_by_upsert = GENERATE(0u, 1u);
    Diff diff(o);
    diff.add_ledger_entry(known(1, 10, 3, 3));
    diff.add_ledger_entry(known(2, 20, 1, 1));
    diff.defer({{member(2), 20}, {member(3), 30}});
    for (std::uint8_t n = 1; n <= 3; ++n)
        CHECK(diff.classify_row(row(n, n * 10u, 3)) == (n == 3 ? Verdict::added : Verdict::updated));
    CHECK(diff.finish().empty());
    for (std::uint8_t n = 1; n <= 3; ++n) CHECK(diff.joins_of(member(n)) == (3 & ~o.joined_by_upsert));
    CHECK(diff.counts().updated == 2);
    CHECK(diff.counts().rejected == 0);
}

TEST_CASE("contacts that may have left are counted once each, where they would be added", "[unit][plan]") {
    DiffOptions o = of_run(7);
    o.joined_by_upsert = 1;
    Diff diff(o);
    diff.add_ledger_entry(known(1, 10, 0, 0));  // delivered, and not on the list
    diff.suppress({member(3)});
    const bool had_members = GENERATE(true, false);
    diff.existing({member(1), member(2), member(3), member(5)}, had_members);
    CHECK(diff.classify_row(row(1, 10, 1)) == Verdict::updated);
    CHECK(diff.classify_row(row(2, 20, 1)) == Verdict::added);
    CHECK(diff.classify_row(row(2, 20, 1)) == Verdict::duplicate);
    CHECK(diff.classify_row(row(3, 30, 1)) == Verdict::suppressed);
    CHECK(diff.classify_row(row(4, 40, 1)) == Verdict::added);
    CHECK(diff.existing_to_add() == (had_members ? 2 : 0));
    CHECK(diff.is_contact(member(1)));
    CHECK(diff.is_contact(member(5)));
    CHECK_FALSE(diff.is_contact(member(4)));
}

TEST_CASE("every profile is counted exactly once", "[unit][plan]") {
    // All combinations of: known or not, values changed or not, suppressed or not, groups changed or not,
    // seen twice; under each kind of address, removals put off or not.
    const auto address = GENERATE(SegmentRow::Address::usual, former, present);
    const bool put_off = GENERATE(false, true);
    Diff diff(of_run(7));
    std::vector<MemberHash> suppressed;
    std::uint64_t read = 0;
    for (int n = 0; n < 64; ++n) {
        if (n & 1)
            diff.add_ledger_entry(known(static_cast<std::uint8_t>(n), 5, n & 8 ? 2 : 1, n & 16 ? 0 : 1));
        if (n & 4) suppressed.push_back(member(static_cast<std::uint8_t>(n)));
    }
    diff.suppress(suppressed);
    for (int n = 0; n < 64; ++n)
        for (int times = 0; times <= (n >> 5); ++times, ++read)
            diff.classify_row(row(static_cast<std::uint8_t>(n), n & 2 ? 5 : 6, 1, address));
    diff.finish(put_off);
    model::Counts c = diff.counts();
    c.read = read;
    CHECK(c.add_up());
}

TEST_CASE("every member of a large ledger is found, and no other, wherever the hashes lie", "[unit][plan]") {
    // Crowded at both ends and in one place, and spread over the rest.
    std::map<MemberHash, std::uint64_t> ledger;
    std::uint64_t state = 42;
    for (int i = 0; i < 20'000; ++i) {
        MemberHash m;
        for (auto& byte : m.bytes) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            byte = static_cast<std::uint8_t>(state >> 56);
        }
        if (i % 4 == 0) m.bytes[0] = m.bytes[1] = 0x00;
        if (i % 4 == 1) m.bytes[0] = m.bytes[1] = 0xFF;
        if (i % 4 == 2) m.bytes[0] = 0x7F, m.bytes[1] = 0x80;
        ledger[m] = static_cast<std::uint64_t>(i);
    }
    Diff diff(of_run(7));
    bool known_one = false;
    for (const auto& [m, values] : ledger)
        if (known_one = !known_one; known_one) diff.add_ledger_entry({m, values, 1, 1, 0, CountedAs::added});
    std::size_t wrong = 0;
    known_one = false;
    for (const auto& [m, values] : ledger) {
        known_one = !known_one;
        if (diff.classify_row({m, values, 1}) != (known_one ? Verdict::known : Verdict::added)) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK(diff.finish().empty());
    CHECK(diff.counts().unchanged == (ledger.size() + 1) / 2);
    CHECK(diff.counts().added == ledger.size() / 2);
}

}  // namespace audienced::unit::plan_diff_test
