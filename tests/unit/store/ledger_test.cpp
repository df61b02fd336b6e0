#include "store/ledger.hpp"

#include "state.hpp"

namespace audienced::unit::store_ledger_test {

using namespace audienced;
using namespace audienced::test;
using model::ContactId;
using model::CountedAs;
using model::DestinationKey;
using model::ExportId;
using model::GroupId;

namespace {

store::LedgerRow row_of(const State& s, std::string address, std::uint64_t groups = 1,
                        std::uint64_t owned = 1) {
    store::LedgerRow row;
    row.member = s.member(address);
    row.values = 0xFEDCBA9876543210;
    row.groups = groups;
    row.owned = owned;
    row.contact_id = ContactId("p-" + address.substr(0, 1));
    row.address = std::move(address);
    row.last_run = 7;
    row.last_change = CountedAs::updated;
    return row;
}

std::string raw(store::Database& db, const std::string& sql) {
    auto& query = db.prepare(sql);
    REQUIRE(query.step().value());
    std::string value = query.blob(0);
    query.reset();
    return value;
}

}  // namespace

TEST_CASE("a ledger row comes back as it was put, its address sealed in between", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto row = row_of(s, "ann@example.com", 1ULL << 63 | 5, 1ULL << 63);
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, row));
    auto found = store::find_in_ledger(s.db, s.vault, id, row.member).value();
    REQUIRE(found);
    CHECK(found->member == row.member);
    CHECK(found->values == row.values);
    CHECK(found->groups == row.groups);
    CHECK(found->owned == row.owned);
    CHECK(found->contact_id == row.contact_id);
    CHECK(found->address == row.address);
    CHECK(found->last_run == 7);
    CHECK(found->last_change == CountedAs::updated);
    CHECK(raw(s.db, "SELECT address FROM ledger").find("ann") == std::string::npos);
    CHECK(!store::find_in_ledger(s.db, s.vault, id, s.member("bob@example.com")).value());
    CHECK(!store::find_in_ledger(s.db, s.vault, ExportId(id.value() + 1), row.member).value());
}

TEST_CASE("a member about to be removed counts as gone, and stays ours to take back", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto row = row_of(s, "ann@example.com", 0b111, 0b101);
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, row));
    REQUIRE(store::clear_membership_before_removal(s.db, id, row.member, 0b001));
    auto found = store::find_in_ledger(s.db, s.vault, id, row.member).value();
    REQUIRE(found);
    CHECK(found->groups == 0b110);
    CHECK(found->owned == 0b101);
    CHECK(found->address == row.address);
    CHECK(store::clear_membership_before_removal(s.db, id, s.member("bob@example.com"),
                                                 1));  // not in the ledger
}

TEST_CASE("a row that is merged keeps the groups that are there, and makes none of them ours",
          "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    // In group 1 by another's doing, in group 2 by ours.
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, row_of(s, "ann@example.com", 0b011, 0b010)));
    auto sent = row_of(s, "ann@example.com", 0b101, 0b101);
    sent.values = 9;
    sent.contact_id.clear();
    REQUIRE(store::merge_into_ledger(s.db, s.vault, id, sent));
    const auto found = store::find_in_ledger(s.db, s.vault, id, sent.member).value();
    REQUIRE(found);
    CHECK(found->groups == 0b111);
    CHECK(found->owned == 0b110);
    CHECK(found->values == 9);
    CHECK(found->contact_id == ContactId("p-a"));
    CHECK(found->address == "ann@example.com");

    const auto fresh = row_of(s, "bob@example.com", 0b100, 0b000);
    REQUIRE(store::merge_into_ledger(s.db, s.vault, id, fresh));
    const auto new_row = store::find_in_ledger(s.db, s.vault, id, fresh.member).value();
    REQUIRE(new_row);
    CHECK(new_row->groups == 0b100);
    CHECK(new_row->owned == 0);
}

TEST_CASE("putting a row without address and contact id keeps those that are there", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    auto row = row_of(s, "ann@example.com");
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, row));
    row.address.clear();
    row.contact_id.clear();
    row.values = 2;
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, row));
    auto found = store::find_in_ledger(s.db, s.vault, id, row.member).value();
    CHECK(found->address == "ann@example.com");
    CHECK(found->contact_id == ContactId("p-a"));
    CHECK(found->values == 2);
    CHECK(store::count_ledger(s.db, id).value() == 1);
    REQUIRE(store::set_contact_id(s.db, id, row.member, ContactId("other")));
    CHECK(store::find_in_ledger(s.db, s.vault, id, row.member).value()->contact_id == ContactId("other"));
}

TEST_CASE("an address moved to another member's row or altered in one bit does not open", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto ann = row_of(s, "ann@example.com"), bob = row_of(s, "bob@example.com");
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, ann));
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, bob));
    auto& move = s.db.prepare(
        "UPDATE ledger SET address = (SELECT address FROM ledger WHERE member = ?1) WHERE member = ?2");
    move.bind_blob(1, ann.member.view()).bind_blob(2, bob.member.view());
    REQUIRE(move.run());
    auto found = store::find_in_ledger(s.db, s.vault, id, bob.member);
    REQUIRE(!found);
    CHECK(found.error().code == Errc::store_corrupt);
    CHECK(found.error().message.find("ledger.address") != std::string::npos);
    CHECK(found.error().text().find("ann") == std::string::npos);
    CHECK(store::find_in_ledger(s.db, s.vault, id, ann.member));
}

TEST_CASE("the scan gives every member of one export in the order of their hashes", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    REQUIRE(store::add_export(s.db, sample_export("other")));
    const auto other = store::export_id(s.db, "other").value();
    for (int i = 0; i < 200; ++i)
        REQUIRE(store::put_in_ledger(s.db, s.vault, id, row_of(s, "m" + std::to_string(i) + "@example.com")));
    REQUIRE(store::put_in_ledger(s.db, s.vault, other, row_of(s, "x@example.com")));
    std::vector<MemberHash> seen;
    const auto look = [&](const store::LedgerRow& row) {
        CHECK(row.values == 0xFEDCBA9876543210);
        CHECK(row.last_change == CountedAs::updated);
        CHECK(row.address.empty());
        seen.push_back(row.member);
    };
    CHECK(store::scan_ledger(s.db, id, std::nullopt, 150, look).value() == 150);
    CHECK(store::scan_ledger(s.db, id, seen.back(), 150, look).value() == 50);
    CHECK(seen.size() == 200);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
    REQUIRE(store::remove_from_ledger(s.db, id, seen[5]));
    CHECK(store::count_ledger(s.db, id).value() == 199);
    CHECK(store::count_ledger(s.db, other).value() == 1);
}

TEST_CASE("group bits that are gone at the provider leave every row", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, row_of(s, "a@example.com", 7, 3)));
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, row_of(s, "b@example.com", 4, 0)));
    REQUIRE(store::clear_group_bits(s.db, id, 2));
    auto a = store::find_in_ledger(s.db, s.vault, id, s.member("a@example.com")).value();
    CHECK(a->groups == 5);
    CHECK(a->owned == 1);
    CHECK(store::find_in_ledger(s.db, s.vault, id, s.member("b@example.com")).value()->groups == 4);
}

TEST_CASE("a group's bit is never given to another group", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    REQUIRE(store::put_group(s.db, id, {0, GroupId(""), "Buyers", false}));
    REQUIRE(store::put_group(s.db, id, {0, GroupId("t1"), "Buyers", true}));
    REQUIRE(store::put_group(s.db, id, {0, GroupId("t1"), "Buyers, renamed there", true}));
    CHECK(store::put_group(s.db, id, {0, GroupId("t2"), "Lapsed", false}).error().code == Errc::wrong_state);
    CHECK(store::put_group(s.db, id, {1, GroupId("t1"), "Buyers, renamed there", false}).error().code ==
          Errc::wrong_state);
    REQUIRE(store::put_group(s.db, id, {63, GroupId("t3"), "Lapsed", false}));
    auto groups = store::get_groups(s.db, id).value();
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].id == GroupId("t1"));
    CHECK(groups[0].scanned);
    CHECK(groups[1].bit == 63);
    CHECK(!groups[1].scanned);
}

TEST_CASE("preexisting members are known by destination key and group", "[unit][store]") {
    State s;
    const auto ann = s.member("ann@example.com");
    REQUIRE(store::add_preexisting_member(s.db, DestinationKey("acc1/aud1"), GroupId("t1"), ann));
    REQUIRE(store::add_preexisting_member(s.db, DestinationKey("acc1/aud1"), GroupId("t1"), ann));
    CHECK(store::is_preexisting_member(s.db, DestinationKey("acc1/aud1"), GroupId("t1"), ann).value());
    CHECK(!store::is_preexisting_member(s.db, DestinationKey("acc1/aud1"), GroupId("t2"), ann).value());
    CHECK(!store::is_preexisting_member(s.db, DestinationKey("acc1/aud2"), GroupId("t1"), ann).value());
    CHECK(!store::is_preexisting_member(s.db, DestinationKey("acc1/aud1"), GroupId("t1"),
                                        s.member("bob@example.com"))
               .value());
}

TEST_CASE("a member is held by another export of the same group of the same destination", "[unit][store]") {
    State s;
    const auto mine = define_sample(s);
    REQUIRE(store::add_export(s.db, sample_export("other")));
    const auto other = store::export_id(s.db, "other").value();
    const auto ann = s.member("ann@example.com");
    REQUIRE(store::put_group(s.db, other, {63, GroupId("t1"), "Buyers", true}));
    REQUIRE(store::put_group(s.db, other, {1, GroupId("t2"), "Lapsed", true}));
    REQUIRE(store::put_in_ledger(s.db, s.vault, other, row_of(s, "ann@example.com", 1ULL << 63 | 2, 2)));

    const auto held = [&](ExportId asking, const char* key, const char* group) {
        return store::held_by_other_export(s.db, asking, DestinationKey(key), GroupId(group), ann).value();
    };
    CHECK(held(mine, "acc1/aud1", "t1").held);
    CHECK(!held(mine, "acc1/aud1", "t1").owned);
    CHECK(held(mine, "acc1/aud1", "t2").owned);
    CHECK(!held(mine, "acc1/aud1", "t3").held);
    CHECK(!held(mine, "acc2/aud1", "t1").held);
    CHECK(!held(other, "acc1/aud1", "t1").held);  // the asking export is not another
    REQUIRE(store::remove_connection(s.db, "news", true));
    CHECK(held(mine, "acc1/aud1", "t1").held);  // a detached export still holds its members
}

TEST_CASE("removing an export takes its ledger, groups and deferred rejects along", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, row_of(s, "ann@example.com")));
    REQUIRE(store::put_group(s.db, id, {0, GroupId("t1"), "Buyers", true}));
    auto run = store::queue_run(s.db, sample_run()).value();
    CHECK(store::remove_export(s.db, "weekly").error().code == Errc::wrong_state);
    auto over = store::get_run(s.db, run).value();
    over.status = model::RunStatus::succeeded;
    REQUIRE(store::update_run(s.db, over));
    REQUIRE(store::remove_export(s.db, "weekly"));
    for (const char* table :
         {"ledger", "export_groups", "export_segments", "export_fields", "deferred_rejects", "exports"}) {
        INFO(table);
        CHECK(raw(s.db, std::string("SELECT count(*) FROM ") + table) == "0");
    }
    CHECK(store::get_run(s.db, run));  // history stays
    REQUIRE(store::add_export(s.db, sample_export()));
    CHECK(store::export_id(s.db, "weekly").value() > id);  // an id is never used again
}

TEST_CASE("a ledger row with an unknown change is an error, not a guess", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto row = row_of(s, "ann@example.com");
    REQUIRE(store::put_in_ledger(s.db, s.vault, id, row));
    const std::string bad = GENERATE("", "x", "added", "r");
    INFO(bad);
    REQUIRE(s.db.prepare("UPDATE ledger SET last_change = ?1").bind(1, bad).run());
    CHECK(store::find_in_ledger(s.db, s.vault, id, row.member).error().code == Errc::store_corrupt);
    const auto ignore = [](const store::LedgerRow&) {};
    CHECK(store::scan_ledger(s.db, id, std::nullopt, 10, ignore).error().code == Errc::store_corrupt);
}

}  // namespace audienced::unit::store_ledger_test
