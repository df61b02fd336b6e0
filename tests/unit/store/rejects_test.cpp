#include "store/rejects.hpp"

#include "state.hpp"

namespace audienced::unit::store_rejects_test {

using namespace audienced;
using namespace audienced::test;
using model::RejectClass;

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

TEST_CASE("a run that is planned anew forgets its rejects, and no other run's", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    auto undo = sample_run();
    undo.trigger = model::Trigger::undo;
    const auto other = store::queue_run(s.db, undo).value();
    for (const auto of : {run, run, other}) {
        store::Reject reject;
        reject.run = of;
        REQUIRE(store::add_reject(s.db, reject));
    }
    REQUIRE(store::remove_rejects(s.db, run));
    CHECK(store::list_rejects(s.db, run, 10).value().empty());
    CHECK(store::list_rejects(s.db, other, 10).value().size() == 1);
}

TEST_CASE("unknown words in rejects are errors, not guesses", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    store::Reject reject;
    reject.run = run;
    REQUIRE(store::add_reject(s.db, reject));
    const std::string word = GENERATE("", "Never", "mailable", "later");
    INFO(word);
    REQUIRE(s.db.prepare("UPDATE rejects SET reject_class = ?1").bind(1, word).run());
    CHECK(store::list_rejects(s.db, run, 10).error().code == Errc::store_corrupt);
}

}  // namespace audienced::unit::store_rejects_test
