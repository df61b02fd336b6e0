#include "store/opt_outs.hpp"

#include <algorithm>

#include "state.hpp"

namespace audienced::unit::store_opt_outs_test {

using namespace audienced;
using namespace audienced::test;
using model::DestinationId;
using model::OptOutReason;
using store::Evidence;

namespace {

const DestinationId everywhere, here(1), there(2);

store::OptOut out_of(DestinationId destination, const MemberHash& member, OptOutReason reason,
                     std::int64_t seen_in = 0) {
    store::OptOut o;
    o.destination = destination;
    o.member = member;
    o.reason = reason;
    o.evidence = Evidence::response;
    o.run = 7;
    o.since = from_unix(10);
    o.seen_in = seen_in;
    return o;
}

std::vector<OptOutReason> reasons(State& s, DestinationId destination, const MemberHash& member) {
    std::vector<OptOutReason> all;
    for (const auto& o : store::opt_outs_of(s.db, destination, member).value()) all.push_back(o.reason);
    return all;
}

}  // namespace

TEST_CASE("an opt-out comes back as it was put, and holds for its destination alone", "[unit][store]") {
    State s;
    const auto ann = s.member("ann@example.com");
    const auto evidence = GENERATE(Evidence::pull, Evidence::response, Evidence::command);
    auto put = out_of(here, ann, OptOutReason::unsubscribed, 4);
    put.evidence = evidence;
    REQUIRE(store::put_opt_out(s.db, put));
    const auto all = store::opt_outs_of(s.db, here, ann).value();
    REQUIRE(all.size() == 1);
    CHECK(all[0].destination == here);
    CHECK(all[0].member == ann);
    CHECK(all[0].reason == OptOutReason::unsubscribed);
    CHECK(all[0].evidence == evidence);
    CHECK(all[0].run == 7);
    CHECK(all[0].since == from_unix(10));
    CHECK(all[0].seen_in == 4);
    CHECK(store::opt_outs_of(s.db, there, ann).value().empty());
    CHECK(store::opt_outs_of(s.db, here, s.member("bob@example.com")).value().empty());
}

TEST_CASE("of a reason that is there already only the pull that saw it changes", "[unit][store]") {
    State s;
    const auto ann = s.member("ann@example.com");
    REQUIRE(store::put_opt_out(s.db, out_of(here, ann, OptOutReason::cleaned, 3)));
    auto again = out_of(here, ann, OptOutReason::cleaned, 4);
    again.since = from_unix(99);
    again.run = 8;
    again.evidence = Evidence::pull;
    REQUIRE(store::put_opt_out(s.db, again));
    const auto all = store::opt_outs_of(s.db, here, ann).value();
    REQUIRE(all.size() == 1);
    CHECK(all[0].since == from_unix(10));
    CHECK(all[0].run == 7);
    CHECK(all[0].evidence == Evidence::response);
    CHECK(all[0].seen_in == 4);
}

TEST_CASE("reasons are a set, and each is lifted alone", "[unit][store]") {
    State s;
    const auto ann = s.member("ann@example.com");
    for (const auto reason : {OptOutReason::left_list, OptOutReason::unsubscribed, OptOutReason::on_hold})
        REQUIRE(store::put_opt_out(s.db, out_of(here, ann, reason)));
    REQUIRE(store::put_opt_out(s.db, out_of(there, ann, OptOutReason::on_hold)));
    REQUIRE(store::lift_opt_out(s.db, here, ann, OptOutReason::on_hold));
    CHECK(reasons(s, here, ann) == std::vector{OptOutReason::left_list, OptOutReason::unsubscribed});
    REQUIRE(store::lift_opt_out(s.db, here, ann, OptOutReason::unsubscribed));
    REQUIRE(store::lift_opt_out(s.db, here, ann, OptOutReason::unsubscribed));  // once more changes nothing
    CHECK(reasons(s, here, ann) == std::vector{OptOutReason::left_list});
    CHECK(reasons(s, there, ann) == std::vector{OptOutReason::on_hold});
    CHECK(store::opted_out_members(s.db, here).value() == std::vector{ann});
}

TEST_CASE("an address that was erased is opted out everywhere, whatever a destination lifts",
          "[unit][store]") {
    State s;
    const auto ann = s.member("ann@example.com"), bob = s.member("bob@example.com");
    REQUIRE(store::put_opt_out(s.db, out_of(everywhere, ann, OptOutReason::forgotten)));
    REQUIRE(store::put_opt_out(s.db, out_of(here, ann, OptOutReason::cleaned)));
    REQUIRE(store::put_opt_out(s.db, out_of(here, bob, OptOutReason::cleaned)));
    CHECK(reasons(s, here, ann) == std::vector{OptOutReason::forgotten, OptOutReason::cleaned});
    CHECK(reasons(s, there, ann) == std::vector{OptOutReason::forgotten});
    auto members = store::opted_out_members(s.db, here).value();
    CHECK(members.size() == 2);  // once each
    CHECK(std::is_sorted(members.begin(), members.end()));
    CHECK(store::opted_out_members(s.db, here, 1).value() == std::vector{members[0]});
    CHECK(store::opted_out_members(s.db, there).value() == std::vector{ann});

    REQUIRE(store::lift_opt_out(s.db, here, ann, OptOutReason::forgotten));
    REQUIRE(store::lift_opt_out(s.db, here, ann, OptOutReason::cleaned));
    REQUIRE(store::lift_unseen(s.db, here, 1000));
    CHECK(reasons(s, here, ann) == std::vector{OptOutReason::forgotten});
    CHECK(store::members_with(s.db, here, OptOutReason::forgotten).value().empty());
}

TEST_CASE("a full pull lifts what it would have shown and did not", "[unit][store]") {
    State s;
    constexpr std::size_t shown = 5;
    const char* const words[] = {"unsubscribed", "cleaned",           "pending",         "archived",
                                 "on_hold",      "deleted",           "left_list",       "compliance",
                                 "forgotten",    "deleted_for_good",  "address_changed", "opted_out_before",
                                 "not_on_list",  "removed_by_person", "not_mailable",    "unspecified"};
    CHECK(std::size(words) == static_cast<std::size_t>(OptOutReason::unspecified) + 1);
    for (const char* word : words) {
        const OptOutReason reason = model::parse_opt_out_reason(word).value();
        const auto old = s.member(std::string("old-") + word), seen = s.member(std::string("seen-") + word);
        REQUIRE(store::put_opt_out(s.db, out_of(here, old, reason, 3)));
        REQUIRE(store::put_opt_out(s.db, out_of(here, seen, reason, 3)));
        REQUIRE(store::put_opt_out(s.db, out_of(here, seen, reason, 4)));
    }
    REQUIRE(store::put_opt_out(s.db, out_of(there, s.member("x"), OptOutReason::cleaned, 3)));
    REQUIRE(store::lift_unseen(s.db, here, 4));
    for (std::size_t i = 0; i < std::size(words); ++i) {
        INFO(words[i]);
        const auto old = s.member(std::string("old-") + words[i]);
        CHECK(store::opt_outs_of(s.db, here, old).value().empty() == (i < shown));
        CHECK(reasons(s, here, s.member(std::string("seen-") + words[i])).size() == 1);
    }
    CHECK(reasons(s, there, s.member("x")).size() == 1);
}

TEST_CASE("members with one reason come sorted, of one destination", "[unit][store]") {
    State s;
    for (const char* who : {"a", "b", "c", "d"}) {
        REQUIRE(store::put_opt_out(s.db, out_of(here, s.member(who), OptOutReason::archived)));
        REQUIRE(store::put_opt_out(s.db, out_of(here, s.member(who), OptOutReason::left_list)));
    }
    REQUIRE(store::put_opt_out(s.db, out_of(here, s.member("e"), OptOutReason::left_list)));
    REQUIRE(store::put_opt_out(s.db, out_of(there, s.member("f"), OptOutReason::archived)));
    const auto archived = store::members_with(s.db, here, OptOutReason::archived).value();
    CHECK(archived.size() == 4);
    CHECK(std::is_sorted(archived.begin(), archived.end()));
}

TEST_CASE("unknown words of an opt-out are errors, and the member stays untouched", "[unit][store]") {
    State s;
    const auto ann = s.member("ann@example.com");
    REQUIRE(store::put_opt_out(s.db, out_of(here, ann, OptOutReason::cleaned)));
    const std::string word = GENERATE("", "Cleaned", "mailable");
    INFO(word);
    REQUIRE(s.db.prepare("UPDATE opt_outs SET reason = ?1").bind(1, word).run());
    const auto found = store::opt_outs_of(s.db, here, ann);
    REQUIRE(!found);
    CHECK(found.error().code == Errc::store_corrupt);
    if (!word.empty()) CHECK(found.error().text().find(word) == std::string::npos);
    CHECK(store::opted_out_members(s.db, here).value() == std::vector{ann});  // still not to be touched
    CHECK(s.db.prepare("UPDATE opt_outs SET evidence = 'rumour'").run().error().code == Errc::wrong_state);
}

}  // namespace audienced::unit::store_opt_outs_test
