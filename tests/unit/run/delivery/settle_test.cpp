#include "run/delivery/settle.hpp"

#include "settle_scene.hpp"

namespace audienced::unit::run_delivery_settle_test {

using namespace audienced;
using namespace audienced::test;
using model::CountedAs;
using model::Membership;
using model::Standing;
using Kind = spool::Record::Kind;
using Result = model::Outcome::Kind;

TEST_CASE("a delivered upsert is remembered with its address, and counted once", "[unit][run]") {
    SettleScene s;
    auto ann = s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered);
    ann.outcome.contact_id = model::ContactId("c-ann");
    const auto counts =
        s.settle({ann, s.record(Kind::upsert, "bob@example.org", CountedAs::updated, Result::delivered)});
    CHECK(counts.added == 1);
    CHECK(counts.updated == 1);
    REQUIRE(s.contact("ann@example.org"));
    CHECK(s.contact("ann@example.org")->address == "ann@example.org");
    CHECK(s.contact("ann@example.org")->contact_id == model::ContactId("c-ann"));
    REQUIRE(s.delivered("ann@example.org"));
    CHECK(s.delivered("ann@example.org")->values == 77);
    CHECK(s.delivered("ann@example.org")->last_run == s.in.run);
    CHECK(s.delivered("ann@example.org")->last_change == CountedAs::added);
    CHECK(s.delivered("bob@example.org")->last_change == CountedAs::updated);
    CHECK(s.standing("ann@example.org", s.in.group).state == Membership::none);
    CHECK(store::unsettled_batches(s.state.db, s.in.run).value().empty());
}

TEST_CASE("a member that the provider names as gone is opted out, and not delivered", "[unit][run]") {
    SettleScene s;
    store::PullState pulls;
    pulls.full_pulls = 6;
    REQUIRE(store::put_pull_state(s.state.db, s.in.destination, pulls));
    auto gone = s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::suppressed);
    gone.outcome.opt_out = model::OptOutReason::unsubscribed;
    auto known = s.record(Kind::upsert, "bob@example.org", CountedAs::added, Result::suppressed);
    known.outcome.opt_out = model::OptOutReason::archived;
    known.called = false;  // the memory said so, which needs no second evidence
    const auto counts = s.settle({gone, known});
    CHECK(counts.suppressed == 2);
    CHECK(counts.added == 0);
    CHECK_FALSE(s.delivered("ann@example.org"));
    const auto ann = s.state.member("ann@example.org"), bob = s.state.member("bob@example.org");
    const auto found = store::opt_outs_of(s.state.db, s.in.destination, ann).value();
    REQUIRE(found.size() == 1);
    CHECK(found[0].reason == model::OptOutReason::unsubscribed);
    CHECK(found[0].evidence == store::Evidence::response);
    CHECK(found[0].run == s.in.run);
    CHECK(found[0].seen_in == 6);  // the next full pull shows it, or lifts it
    CHECK(store::opt_outs_of(s.state.db, s.in.destination, bob).value().empty());
}

TEST_CASE("a value that the provider refused is named and counted apart, and its member is delivered",
          "[unit][run]") {
    SettleScene s;
    auto ann = s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered);
    ann.outcome.refused_values = {{"BIRTHDAY", "merge_field", "not a date"},
                                  {"PHONE", "merge_field", "no phone"}};
    const auto counts = s.settle({ann});
    CHECK(counts.added == 1);
    CHECK(counts.rejected == 0);
    CHECK(counts.values_dropped == 2);
    CHECK(s.delivered("ann@example.org"));
    auto rejects = store::list_rejects(s.state.db, s.in.run, 10).value();
    REQUIRE(rejects.size() == 2);
    CHECK(rejects[0].field == "BIRTHDAY");
    CHECK(rejects[0].detail == "not a date");
    CHECK(rejects[0].reject_class == model::RejectClass::fix_data);
    CHECK(rejects[0].member == s.state.member("ann@example.org"));
    auto deferred = list_deferred(s.state.db, s.export_id).value();
    REQUIRE(deferred.size() == 2);
    CHECK(deferred[0].field == "BIRTHDAY");
    CHECK(deferred[0].detail == "not a date");
    CHECK(deferred[0].values == 77);
    // Delivered again with one of them mended.
    ann.outcome.refused_values.pop_back();
    CHECK(s.settle({ann}).values_dropped == 3);
    deferred = list_deferred(s.state.db, s.export_id).value();
    REQUIRE(deferred.size() == 1);
    CHECK(deferred[0].field == "BIRTHDAY");
}

TEST_CASE("a reject is named by its row and remembered with its values, until it is delivered",
          "[unit][run]") {
    SettleScene s;
    auto bad = s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::rejected);
    bad.outcome.code = "looks_fake";
    bad.outcome.reject_class = model::RejectClass::fix_data;
    auto later = s.record(Kind::upsert, "cid@example.org", CountedAs::added, Result::rejected);
    later.outcome.reject_class = model::RejectClass::retry_later;
    auto lost = s.record(Kind::upsert, "bob@example.org", CountedAs::added, Result::unknown);
    CHECK(s.settle({bad, lost, later}).rejected == 3);
    const auto rejects = store::list_rejects(s.state.db, s.in.run, 10).value();
    REQUIRE(rejects.size() == 3);
    CHECK(rejects[0].segment == "buyers");
    CHECK(rejects[0].row == 5);
    CHECK(rejects[0].code == "looks_fake");
    CHECK_FALSE(rejects[0].next_try);
    CHECK(rejects[1].code == "outcome_unknown");
    CHECK(rejects[1].reject_class == model::RejectClass::retry_later);
    CHECK(rejects[1].next_try == s.in.now);  // the next run tries again
    CHECK(rejects[2].next_try == s.in.now + std::chrono::hours{20});
    CHECK(list_deferred(s.state.db, s.export_id).value().size() == 3);
    s.settle({s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered)});
    CHECK(list_deferred(s.state.db, s.export_id).value().size() == 2);
}

TEST_CASE("an act tells each member of a call, what was asked for it and what became of that",
          "[unit][run]") {
    SettleScene s;
    for (const char* address : {"ann@example.org", "bob@example.org", "cid@example.org"})
        s.put_delivered(address);
    s.stand("bob@example.org", s.in.group, {Membership::ours, s.own});
    s.stand("cid@example.org", s.in.group, {Membership::ours, s.own});
    auto decided = s.record(Kind::leave, "dan@example.org", CountedAs::none, Result::delivered);
    decided.called = false;
    s.settle({s.record(Kind::join, "ann@example.org", CountedAs::none, Result::delivered),
              s.record(Kind::join, "bob@example.org", CountedAs::none, Result::delivered),
              s.record(Kind::leave, "cid@example.org", CountedAs::removed, Result::delivered), decided});
    const auto acts = store::list_acts(s.state.db, s.in.run).value();
    REQUIRE(acts.size() == 1);
    CHECK(acts[0].export_id == s.export_id);
    CHECK(acts[0].kind == model::BatchKind::membership);
    CHECK(acts[0].group == s.in.group.no);
    CHECK(acts[0].at == s.in.now);
    REQUIRE(acts[0].members.size() == 3);
    using Asked = store::ActMember::Asked;
    for (const auto& m : acts[0].members) {
        const bool leaving = m.member == s.state.member("cid@example.org");
        CHECK(m.asked == (leaving ? Asked::leave : Asked::join));
        CHECK(m.outcome == Result::delivered);
        CHECK(m.changed == (m.member != s.state.member("bob@example.org")));
    }
    s.settle({decided});
    CHECK(store::list_acts(s.state.db, s.in.run).value().size() == 1);  // no call, no act
}

TEST_CASE("outcomes of a run that is over take the place of what it counted as not sent", "[unit][run]") {
    SettleScene s;
    store::CountDelta before;
    before.not_sent = 4;
    REQUIRE(store::add_counts(s.state.db, s.in.run, before, {}));
    s.in.run_is_over = true;
    const auto counts =
        s.settle({s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered),
                  s.record(Kind::upsert, "bob@example.org", CountedAs::updated, Result::rejected),
                  s.record(Kind::upsert, "cid@example.org", CountedAs::updated, Result::suppressed),
                  s.record(Kind::leave, "dan@example.org", CountedAs::removed, Result::delivered)});
    CHECK(counts.added == 1);
    CHECK(counts.rejected == 1);
    CHECK(counts.suppressed == 1);
    CHECK(counts.removed == 1);  // stands apart from the read
    CHECK(counts.not_sent == 1);
}

TEST_CASE("an intent ends with its batch, in one transaction with all that is remembered", "[unit][run]") {
    SettleScene s;
    s.open_intent();
    const auto ann = s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered);
    SECTION("both") {
        s.settle({ann});
        CHECK_FALSE(s.has_intent());
        CHECK(s.delivered("ann@example.org"));
    }
    SECTION("or neither") {
        REQUIRE(
            s.state.db.execute("CREATE TEMP TRIGGER t BEFORE UPDATE ON batches BEGIN SELECT "
                               "RAISE(ABORT, 'refused'); END"));
        CHECK_FALSE(run::settle(s.state.db, s.state.vault, s.in, {ann}));
        CHECK(s.has_intent());
        CHECK_FALSE(s.delivered("ann@example.org"));
        CHECK_FALSE(s.contact("ann@example.org"));
        CHECK(s.counts().added == 0);
        CHECK(store::list_acts(s.state.db, s.in.run).value().empty());
    }
}

TEST_CASE("outcomes of an export that was removed are still remembered of its destination", "[unit][run]") {
    SettleScene s;
    s.in.lists = {s.list};
    s.in.run_is_over = true;
    auto over = store::get_run(s.state.db, s.in.run).value();
    over.status = model::RunStatus::failed;
    REQUIRE(store::update_run(s.state.db, over));
    REQUIRE(store::remove_export(s.state.db, "weekly"));
    s.in.slots = store::slots_of(s.state.db, s.in.destination, s.export_id).value();
    auto rejected = s.record(Kind::upsert, "bob@example.org", CountedAs::added, Result::rejected);
    REQUIRE(run::settle(
        s.state.db, s.state.vault, s.in,
        {s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered), rejected}));
    CHECK(s.standing("ann@example.org", s.list) == Standing{Membership::ours, s.own});
    CHECK(s.contact("ann@example.org"));
    CHECK_FALSE(s.delivered("ann@example.org"));
}

}  // namespace audienced::unit::run_delivery_settle_test
