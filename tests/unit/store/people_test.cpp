#include "store/people.hpp"

#include "state.hpp"
#include "store/contacts.hpp"
#include "store/opt_outs.hpp"

namespace audienced::unit::store_people_test {

using namespace audienced;
using namespace audienced::test;
using model::OptOutReason;
using store::Person;

namespace {

struct PeopleState : State {
    model::ExportId weekly = define_sample(*this);
    model::DestinationId here = bind(*this, weekly);
    MemberHash old = member("ann@example.com"), fresh = member("anna@example.com");

    void seen(std::uint64_t key, const MemberHash& m) { REQUIRE(store::put_person_seen(db, here, {key, m})); }
    std::vector<Person> all(std::size_t limit = 100) {
        std::vector<Person> out;
        std::optional<std::uint64_t> after;
        for (std::size_t rows = limit; rows == limit;) {
            rows = store::scan_people(db, here, after, limit, [&](const Person& p) {
                       out.push_back(p);
                   }).value();
            if (!out.empty()) after = out.back().key;
        }
        return out;
    }
    void opts_out(const MemberHash& m, OptOutReason reason) {
        store::OptOut o;
        o.destination = here;
        o.member = m;
        o.reason = reason;
        REQUIRE(store::put_opt_out(db, o));
    }
    bool held(const MemberHash& m) {
        REQUIRE(store::follow_opt_outs(db, here, 7, from_unix(10)));
        for (const auto& o : store::opt_outs_of(db, here, m).value())
            if (o.reason == OptOutReason::opted_out_before) return true;
        return false;
    }
};

}  // namespace

TEST_CASE("people come back in the order of their keys, in slices", "[unit][store]") {
    PeopleState s;
    const std::vector<Person> wanted{{0, s.old}, {1, s.fresh}, {255, s.old}, {256, s.old}, {~0ull, s.fresh}};
    for (const auto i : {3, 0, 4, 2, 1}) s.seen(wanted[i].key, wanted[i].member);
    CHECK(s.all() == wanted);
    CHECK(s.all(2) == wanted);
}

TEST_CASE("a person keeps the earlier member until the new one was delivered", "[unit][store]") {
    PeopleState s;
    s.seen(5, s.old);
    s.seen(5, s.fresh);
    CHECK(s.all() == std::vector<Person>{{5, s.old}});
    REQUIRE(store::put_person_moved(s.db, s.here, {5, s.fresh}));
    CHECK(s.all() == std::vector<Person>{{5, s.fresh}});
}

TEST_CASE("the address that came has opted_out_before as long as the earlier one has a reason",
          "[unit][store]") {
    PeopleState s;
    s.seen(5, s.old);
    s.seen(5, s.fresh);
    CHECK_FALSE(s.held(s.fresh));
    const auto reason = GENERATE(OptOutReason::unsubscribed, OptOutReason::left_list, OptOutReason::cleaned);
    s.opts_out(s.old, reason);
    CHECK(s.held(s.fresh));
    CHECK(s.held(s.fresh));
    CHECK_FALSE(s.held(s.old));
    SECTION("it is lifted there") {
        REQUIRE(store::lift_opt_out(s.db, s.here, s.old, reason));
        CHECK_FALSE(s.held(s.fresh));
    }
    SECTION("another person of the same address still has one") {
        const auto other = s.member("bob@example.com");
        s.seen(6, other);
        s.seen(6, s.fresh);
        s.opts_out(other, OptOutReason::unsubscribed);
        REQUIRE(store::lift_opt_out(s.db, s.here, s.old, reason));
        CHECK(s.held(s.fresh));
    }
    SECTION("the export is removed") {
        REQUIRE(store::remove_export(s.db, "weekly"));
        CHECK(s.held(s.fresh));
        CHECK(s.all().size() == 1);
    }
}

TEST_CASE("reasons that are about an address alone hold no other address back", "[unit][store]") {
    PeopleState s;
    s.seen(5, s.old);
    s.seen(5, s.fresh);
    s.opts_out(s.old, GENERATE(OptOutReason::address_changed, OptOutReason::not_on_list,
                               OptOutReason::opted_out_before));
    CHECK_FALSE(s.held(s.fresh));
    CHECK(store::opted_out_people(s.db, s.here).value().empty());
}

TEST_CASE("an opt-out under the address that the contact has now counts for the person", "[unit][store]") {
    PeopleState s;
    s.seen(5, s.old);
    s.seen(5, s.fresh);
    const auto now = s.member("ann@example.net");
    store::Contact contact;
    contact.member = s.old;
    contact.moved_to = now;
    contact.contact_id = model::ContactId("c1");
    REQUIRE(store::put_contact(s.db, s.vault, s.here, contact));
    s.opts_out(now, OptOutReason::unsubscribed);
    CHECK(s.held(s.fresh));
    auto wanted = std::vector<MemberHash>{now, s.old};
    std::sort(wanted.begin(), wanted.end());
    CHECK(store::opted_out_people(s.db, s.here).value() == wanted);
}

TEST_CASE("another destination knows nothing of it", "[unit][store]") {
    PeopleState s;
    const auto there = bind(s, define_export(s, "other"), "acc1/aud2");
    s.seen(5, s.old);
    s.seen(5, s.fresh);
    s.opts_out(s.old, OptOutReason::unsubscribed);
    CHECK(s.held(s.fresh));
    CHECK(store::opt_outs_of(s.db, there, s.fresh).value().empty());
    CHECK(store::opted_out_people(s.db, there).value().empty());
    CHECK(store::scan_people(s.db, there, {}, 10, [](const Person&) {}).value() == 0);
}

}  // namespace audienced::unit::store_people_test
