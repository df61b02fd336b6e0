#include "store/suppressions.hpp"

#include "state.hpp"

namespace audienced::unit::store_suppressions_test {

using namespace audienced;
using namespace audienced::test;
using model::DestinationKey;
using model::ExportId;
using model::OptOutReason;
using model::provider_time_from_unix;
using model::RejectClass;

namespace {

const DestinationKey everywhere, key_a("acc/a"), key_b("acc/b");

}  // namespace

TEST_CASE("a suppression holds for its destination, and one that was forgotten for every destination",
          "[unit][store]") {
    State s;
    const auto ann = s.member("ann@example.com"), bob = s.member("bob@example.com");
    REQUIRE(store::put_suppression(s.db, {key_a, ann, OptOutReason::unsubscribed, from_unix(10)}));
    REQUIRE(store::put_suppression(s.db, {everywhere, bob, OptOutReason::forgotten, from_unix(11)}));
    auto found = store::find_suppression(s.db, key_a, ann).value();
    REQUIRE(found);
    CHECK(found->reason == OptOutReason::unsubscribed);
    CHECK(found->since == from_unix(10));
    CHECK(found->destination_key == key_a);
    CHECK(!store::find_suppression(s.db, key_b, ann).value());
    CHECK(store::find_suppression(s.db, key_b, bob).value()->reason == OptOutReason::forgotten);
    REQUIRE(store::put_suppression(s.db, {key_a, bob, OptOutReason::cleaned, from_unix(12)}));
    CHECK(store::find_suppression(s.db, key_a, bob).value()->reason == OptOutReason::forgotten);
    auto members = store::suppressed_members(s.db, key_a).value();
    CHECK(members.size() == 2);  // once each
    CHECK(std::is_sorted(members.begin(), members.end()));
    CHECK(store::suppressed_members(s.db, key_b).value() == std::vector{bob});
}

TEST_CASE("lifting takes back what the provider said, never that an address was forgotten", "[unit][store]") {
    State s;
    const auto ann = s.member("ann@example.com");
    REQUIRE(store::put_suppression(s.db, {everywhere, ann, OptOutReason::forgotten, from_unix(11)}));
    REQUIRE(store::put_suppression(s.db, {key_a, ann, OptOutReason::cleaned, from_unix(11)}));
    REQUIRE(store::put_suppression(
        s.db, {everywhere, ann, OptOutReason::unsubscribed, from_unix(12)}));  // does not soften it
    CHECK(store::lift_suppression(s.db, key_a, ann).value());
    CHECK(!store::lift_suppression(s.db, key_a, ann).value());
    CHECK(!store::lift_suppression(s.db, everywhere, ann).value());
    CHECK(store::find_suppression(s.db, key_a, ann).value()->reason == OptOutReason::forgotten);
}

TEST_CASE("a full pull lifts what it would have shown and did not", "[unit][store]") {
    State s;
    const char* const reasons[] = {"unsubscribed", "cleaned",   "pending",    "archived", "on_hold",
                                   "deleted",      "left_list", "compliance", "forgotten"};
    for (const char* word : reasons) {
        const OptOutReason reason = model::parse_opt_out_reason(word).value();
        REQUIRE(store::put_suppression(s.db,
                                       {key_a, s.member(std::string("old-") + word), reason, from_unix(10)}));
        REQUIRE(store::put_suppression(
            s.db, {key_a, s.member(std::string("seen-") + word), reason, from_unix(10)}));
        REQUIRE(store::put_suppression(
            s.db, {key_a, s.member(std::string("seen-") + word), reason, from_unix(20)}));
    }
    REQUIRE(store::put_suppression(s.db, {key_b, s.member("x"), OptOutReason::cleaned, from_unix(10)}));
    CHECK(store::lift_older_than(s.db, key_a, from_unix(20)).value() == 5);
    for (std::size_t i = 0; i < std::size(reasons); ++i) {
        INFO(reasons[i]);
        CHECK(store::find_suppression(s.db, key_a, s.member(std::string("old-") + reasons[i]))
                  .value()
                  .has_value() == (i >= 5));
        CHECK(store::find_suppression(s.db, key_a, s.member(std::string("seen-") + reasons[i])).value());
    }
    CHECK(store::find_suppression(s.db, key_b, s.member("x")).value());
}

TEST_CASE("the state of a pull is kept per destination", "[unit][store]") {
    State s;
    auto none = store::get_pull_state(s.db, key_a).value();
    CHECK((!none.since && !none.came_back_since && !none.full_at));
    REQUIRE(store::put_pull_state(s.db, key_a, {provider_time_from_unix(1), std::nullopt, from_unix(3)}));
    auto state = store::get_pull_state(s.db, key_a).value();
    CHECK(state.since == provider_time_from_unix(1));
    CHECK(!state.came_back_since);
    CHECK(state.full_at == from_unix(3));
    REQUIRE(store::put_pull_state(s.db, key_a, {std::nullopt, provider_time_from_unix(2), std::nullopt}));
    CHECK(!store::get_pull_state(s.db, key_a).value().since);
    CHECK(store::get_pull_state(s.db, key_a).value().came_back_since == provider_time_from_unix(2));
}

TEST_CASE("rejects are listed in the order in which they came", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    store::Reject with;
    with.run = run;
    with.segment = "buyers";
    with.row = 7;
    with.member = s.member("ann@example.com");
    with.code = "looks_fake";
    with.reject_class = RejectClass::never;
    with.detail = "looks fake or invalid";
    with.next_try = from_unix(99);
    store::Reject without;
    without.run = run;
    without.code = "invalid";
    REQUIRE(store::add_reject(s.db, with));
    REQUIRE(store::add_reject(s.db, without));
    auto all = store::list_rejects(s.db, run, 10).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].run == run);
    CHECK(all[0].segment == "buyers");
    CHECK(all[0].row == 7);
    CHECK(all[0].member == with.member);
    CHECK(all[0].code == "looks_fake");
    CHECK(all[0].reject_class == RejectClass::never);
    CHECK(all[0].detail == with.detail);
    CHECK(all[0].next_try == with.next_try);
    CHECK(!all[1].member);
    CHECK(!all[1].next_try);
    CHECK(store::list_rejects(s.db, run, 1).value().size() == 1);
    CHECK(store::list_rejects(s.db, run + 1, 10).value().empty());
    with.run = 99;
    CHECK(store::add_reject(s.db, with).error().code == Errc::wrong_state);
}

TEST_CASE("deferred rejects come sorted by member and are replaced", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    for (const char* who : {"a", "b", "c"})
        REQUIRE(store::put_deferred(s.db, id,
                                    {s.member(who), ~0ULL, "code", RejectClass::never, 1, std::nullopt}));
    REQUIRE(store::put_deferred(s.db, id,
                                {s.member("b"), 5, "other", RejectClass::retry_later, 2, from_unix(50)}));
    auto all = store::list_deferred(s.db, id).value();
    REQUIRE(all.size() == 3);
    CHECK(std::is_sorted(all.begin(), all.end(), [](auto& x, auto& y) { return x.member < y.member; }));
    for (const auto& p : all) {
        if (p.member != s.member("b")) {
            CHECK(p.values == ~0ULL);
            CHECK(!p.next_try);
            continue;
        }
        CHECK(p.values == 5);
        CHECK(p.code == "other");
        CHECK(p.reject_class == RejectClass::retry_later);
        CHECK(p.attempts == 2);
        CHECK(p.next_try == from_unix(50));
    }
    REQUIRE(store::remove_deferred(s.db, id, s.member("b")));
    CHECK(store::list_deferred(s.db, id).value().size() == 2);
    CHECK(store::list_deferred(s.db, ExportId(id.value() + 1)).value().empty());
}

TEST_CASE("unknown words in the tables are errors, not guesses", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto run = store::queue_run(s.db, sample_run()).value();
    const auto ann = s.member("ann@example.com");
    REQUIRE(store::put_suppression(s.db, {key_a, ann, OptOutReason::cleaned, from_unix(10)}));
    store::Reject reject;
    reject.run = run;
    REQUIRE(store::add_reject(s.db, reject));
    REQUIRE(store::put_deferred(s.db, id, {ann, 1, "code", RejectClass::never, 1, std::nullopt}));
    const std::string word = GENERATE("", "Cleaned", "mailable", "later");
    INFO(word);
    REQUIRE(s.db.prepare("UPDATE suppressions SET reason = ?1").bind(1, word).run());
    CHECK(store::find_suppression(s.db, key_a, ann).error().code == Errc::store_corrupt);
    CHECK(store::suppressed_members(s.db, key_a).value() == std::vector{ann});  // still not to be touched
    REQUIRE(s.db.prepare("UPDATE rejects SET reject_class = ?1").bind(1, word).run());
    CHECK(store::list_rejects(s.db, run, 10).error().code == Errc::store_corrupt);
    REQUIRE(s.db.prepare("UPDATE deferred_rejects SET reject_class = ?1").bind(1, word).run());
    CHECK(store::list_deferred(s.db, id).error().code == Errc::store_corrupt);
}

}  // namespace audienced::unit::store_suppressions_test
