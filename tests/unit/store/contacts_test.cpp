#include "store/contacts.hpp"

#include <algorithm>

#include "state.hpp"

namespace audienced::unit::store_contacts_test {

using namespace audienced;
using namespace audienced::test;
using model::ContactId;
using store::Contact;

namespace {

Contact contact_of(const State& s, const std::string& address) {
    return {s.member(address), ContactId("p-" + address.substr(0, 1)), std::nullopt, address};
}

}  // namespace

TEST_CASE("a contact comes back as it was put, its address sealed in between", "[unit][store]") {
    State s;
    const auto here = bind(s, define_sample(s));
    CHECK(!store::has_contacts(s.db, here).value());
    auto ann = contact_of(s, "ann@example.com");
    ann.moved_to = s.member("ann@example.org");
    REQUIRE(store::put_contact(s.db, s.vault, here, ann));
    const auto found = store::find_contact(s.db, s.vault, here, ann.member).value();
    REQUIRE(found);
    CHECK(found->member == ann.member);
    CHECK(found->contact_id == ann.contact_id);
    CHECK(found->moved_to == ann.moved_to);
    CHECK(found->address == ann.address);
    CHECK(cell(s.db, "SELECT address FROM contacts").find("ann") == std::string::npos);
    const auto peeked = store::peek_contact(s.db, here, ann.member).value();
    REQUIRE(peeked);
    CHECK(peeked->contact_id == ann.contact_id);
    CHECK(peeked->moved_to == ann.moved_to);
    CHECK(peeked->address.empty());
    CHECK(store::has_contacts(s.db, here).value());
    const auto elsewhere = model::DestinationId(here.value() + 1);
    CHECK(!store::has_contacts(s.db, elsewhere).value());
    CHECK(!store::find_contact(s.db, s.vault, elsewhere, ann.member).value());
    CHECK(!store::peek_contact(s.db, here, s.member("bob@example.com")).value());
}

TEST_CASE("putting a contact without address and contact id keeps those that are there", "[unit][store]") {
    State s;
    const auto here = bind(s, define_sample(s));
    auto ann = contact_of(s, "ann@example.com");
    REQUIRE(store::put_contact(s.db, s.vault, here, ann));
    REQUIRE(store::put_contact(s.db, s.vault, here, {ann.member, ContactId(), std::nullopt, ""}));
    auto found = store::find_contact(s.db, s.vault, here, ann.member).value();
    CHECK(found->address == "ann@example.com");
    CHECK(found->contact_id == ContactId("p-a"));
    REQUIRE(store::put_contact(s.db, s.vault, here,
                               {ann.member, ContactId("new"), std::nullopt, "ann@example.org"}));
    found = store::find_contact(s.db, s.vault, here, ann.member).value();
    CHECK(found->address == "ann@example.org");
    CHECK(found->contact_id == ContactId("new"));
    REQUIRE(store::set_contact_id(s.db, here, ann.member, ContactId("other")));
    CHECK(store::peek_contact(s.db, here, ann.member).value()->contact_id == ContactId("other"));
    REQUIRE(store::set_contact_id(s.db, here, s.member("bob@example.com"), ContactId("x")));
    CHECK(!store::peek_contact(s.db, here, s.member("bob@example.com")).value());
}

TEST_CASE("a contact without address opens without one", "[unit][store]") {
    State s;
    const auto here = bind(s, define_sample(s));
    REQUIRE(store::put_contact(s.db, s.vault, here, {s.member("a"), ContactId("c"), std::nullopt, ""}));
    CHECK(store::find_contact(s.db, s.vault, here, s.member("a")).value()->address.empty());
}

TEST_CASE("an address moved to another contact's row or destination does not open", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto here = bind(s, id), there = bind(s, define_export(s, "other"), "acc1/aud2");
    const auto ann = contact_of(s, "ann@example.com"), bob = contact_of(s, "bob@example.com");
    const auto refused = [&](model::DestinationId destination, const MemberHash& member) {
        const auto found = store::find_contact(s.db, s.vault, destination, member);
        REQUIRE(!found);
        CHECK(found.error().code == Errc::store_corrupt);
        CHECK(found.error().message.find("contacts.address") != std::string::npos);
        CHECK(found.error().text().find("ann") == std::string::npos);
    };
    REQUIRE(store::put_contact(s.db, s.vault, here, ann));
    SECTION("of another member") {
        REQUIRE(store::put_contact(s.db, s.vault, here, bob));
        REQUIRE(s.db.prepare("UPDATE contacts SET address = (SELECT address FROM contacts WHERE member = ?1)")
                    .bind_blob(1, ann.member.view())
                    .run());
        refused(here, bob.member);
        CHECK(store::find_contact(s.db, s.vault, here, ann.member));
    }
    SECTION("of another destination") {
        REQUIRE(s.db.prepare("UPDATE contacts SET destination = ?1").bind(1, there.value()).run());
        refused(there, ann.member);
    }
    SECTION("altered in one bit") {
        std::string sealed = cell(s.db, "SELECT address FROM contacts");
        sealed.back() = static_cast<char>(sealed.back() ^ 1);
        REQUIRE(s.db.prepare("UPDATE contacts SET address = ?1").bind_blob(1, sealed).run());
        refused(here, ann.member);
    }
}

TEST_CASE("a contact with another address is found by either, and by the old one alone once it is back",
          "[unit][store]") {
    State s;
    const auto here = bind(s, define_sample(s));
    std::vector<MemberHash> now;
    for (const char* who : {"a", "b", "c", "d"}) {
        auto contact = contact_of(s, who);
        contact.moved_to = s.member(std::string("new-") + who);
        now.push_back(*contact.moved_to);
        REQUIRE(store::put_contact(s.db, s.vault, here, contact));
    }
    REQUIRE(store::put_contact(s.db, s.vault, here, contact_of(s, "unmoved")));
    std::sort(now.begin(), now.end());
    CHECK(store::has_moved(s.db, here).value());
    CHECK(!store::has_moved(s.db, model::DestinationId(here.value() + 1)).value());
    auto all = store::list_moved(s.db, here).value();
    REQUIRE(all.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(all[i].now == now[i]);
    CHECK(store::list_moved(s.db, model::DestinationId(here.value() + 1)).value().empty());
    CHECK(store::find_moved_here(s.db, here, s.member("new-b")).value() == s.member("b"));
    CHECK(!store::find_moved_here(s.db, here, s.member("b")).value());
    CHECK(!store::find_moved_here(s.db, model::DestinationId(here.value() + 1), s.member("new-b")).value());

    // Delivered under its present address, it is still there.
    REQUIRE(store::put_contact(s.db, s.vault, here, {s.member("b"), ContactId(), std::nullopt, "new-b"}));
    CHECK(store::find_moved_here(s.db, here, s.member("new-b")).value() == s.member("b"));

    REQUIRE(store::set_moved_back(s.db, s.vault, here, s.member("b"), "b"));
    CHECK(store::find_contact(s.db, s.vault, here, s.member("b")).value()->address == "b");
    REQUIRE(store::set_moved_back(s.db, s.vault, here, s.member("unmoved"), "other"));
    CHECK(store::find_contact(s.db, s.vault, here, s.member("unmoved")).value()->address == "unmoved");
    CHECK(!store::find_moved_here(s.db, here, s.member("new-b")).value());
    CHECK(!store::peek_contact(s.db, here, s.member("b")).value()->moved_to);
    CHECK(store::list_moved(s.db, here).value().size() == 3);
}

TEST_CASE("contacts are found by id in slices, each of them once", "[unit][store]") {
    State s;
    const auto here = bind(s, define_sample(s));
    const auto there = bind(s, define_export(s, "other"), "acc1/aud2");
    const std::size_t size = GENERATE(10u, 11u);  // the last slice full, and not
    std::set<std::string> asked{"id-3", "id-7", "id-none"};
    for (std::size_t i = 0; i < size; ++i) {
        Contact contact = contact_of(s, "m" + std::to_string(i));
        contact.contact_id = ContactId("id-" + std::to_string(i));
        if (i == 3) contact.moved_to = s.member("elsewhere");
        REQUIRE(store::put_contact(s.db, s.vault, here, contact));
    }
    auto foreign = contact_of(s, "x");
    foreign.contact_id = ContactId("id-3");
    REQUIRE(store::put_contact(s.db, s.vault, there, foreign));

    std::vector<Contact> found;
    std::optional<MemberHash> after;
    std::size_t slices = 0;
    do {
        after = store::find_by_contact_id(s.db, here, asked, after, 5, [&](const Contact& c) {
                    found.push_back(c);
                }).value();
        REQUIRE(++slices < 9);
    } while (after);
    CHECK(slices == 3);
    REQUIRE(found.size() == 2);
    CHECK(found[0].member < found[1].member);
    for (const Contact& c : found) {
        CHECK((c.member == s.member("m3") || c.member == s.member("m7")));
        CHECK(c.moved_to.has_value() == (c.member == s.member("m3")));
        CHECK(c.contact_id == ContactId(c.moved_to ? "id-3" : "id-7"));
    }
}

}  // namespace audienced::unit::store_contacts_test
