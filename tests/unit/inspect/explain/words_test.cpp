#include "inspect/explain/words.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::inspect_explain_words_test {

using namespace audienced;
using namespace audienced::inspect;
using model::OptOutReason;
using Kind = NextStep::Kind;
using Catch::Contains;

namespace {

Explanation of_member(bool in_segment, Kind kind) {
    Explanation e;
    SegmentLook look;
    look.name = "buyers";
    look.rows = 1'200;
    look.complete = true;
    look.found = in_segment ? 1 : 0;
    e.segments.push_back(look);
    e.next.kind = kind;
    return e;
}

KnownOptOut opt_out(OptOutReason reason, Under under = Under::asked, std::int64_t run = 12) {
    KnownOptOut o;
    o.opt_out.reason = reason;
    o.opt_out.run = run;
    o.opt_out.since = from_unix(1'796'000'000);
    o.under = under;
    return o;
}

void was_delivered(Explanation& e) {
    e.memory.delivered.emplace();
    e.memory.delivered->last_run = 7;
}

std::string said(const Explanation& e, model::RunId held = 0) {
    model::Export definition;
    definition.name = "weekly";
    return headline(e, definition, held);
}

}  // namespace

TEST_CASE("every reason says in words what it is and what lifts it", "[unit][inspect]") {
    for (int i = 0; i <= static_cast<int>(OptOutReason::unspecified); ++i) {
        const auto reason = static_cast<OptOutReason>(i);
        CAPTURE(to_string(reason));
        CHECK(!words_of(reason).empty());
        CHECK(!lifted_by(reason).empty());
        if (reason != OptOutReason::unspecified)
            CHECK(words_of(reason) != words_of(OptOutReason::unspecified));
    }
}

TEST_CASE("an opt-out is the answer: why, since when, found by which run, and what ends it",
          "[unit][inspect]") {
    auto e = of_member(true, Kind::suppressed);
    e.memory.opt_outs = {opt_out(OptOutReason::left_list), opt_out(OptOutReason::unsubscribed)};
    CHECK(said(e) ==
          "It is not sent because it unsubscribed (found by run 12 on 2026-11-30T00:53:20Z); nothing is sent "
          "until the contact subscribes again at the provider, and until the contact is on the list again, "
          "by itself "
          "or by staff.");
    e.memory.opt_outs = {opt_out(OptOutReason::forgotten, Under::asked, 0),
                         opt_out(OptOutReason::unsubscribed)};
    CHECK_THAT(said(e), Contains("erased here on request") && Contains("no export sends it any more"));
    e.memory.opt_outs = {opt_out(OptOutReason::unsubscribed, Under::present),
                         opt_out(OptOutReason::address_changed)};
    CHECK_THAT(said(e), Contains("it unsubscribed under the address that the contact has now"));
}

TEST_CASE("a former address, and what is about an address alone, holds nothing back", "[unit][inspect]") {
    auto e = of_member(true, Kind::keep);
    was_delivered(e);
    e.memory.opt_outs = {opt_out(OptOutReason::address_changed, Under::former),
                         opt_out(OptOutReason::address_changed, Under::earlier)};
    CHECK_THAT(said(e), Contains("It is there") && Contains("last sent by run 7"));
}

TEST_CASE("each step of the next run has its sentence", "[unit][inspect]") {
    const std::pair<Kind, const char*> in_segment[] = {
        {Kind::add, "the next run sends it"}, {Kind::update, "its values have changed since"},
        {Kind::keep, "nothing to do"},        {Kind::invalid, "cannot be read"},
        {Kind::deferred, "refused"},          {Kind::suppressed, "must not be mailed"},
        {Kind::unknown, "is not known"}};
    for (const auto& [kind, words] : in_segment) CHECK_THAT(said(of_member(true, kind)), Contains(words));
    const std::pair<Kind, const char*> outside[] = {{Kind::nothing, "none of the 1,200 rows"},
                                                    {Kind::remove, "The next run takes it out of"},
                                                    {Kind::leave_owed, "stays owed"},
                                                    {Kind::stay, "did not put it there"}};
    for (const auto& [kind, words] : outside) CHECK_THAT(said(of_member(false, kind)), Contains(words));
}

TEST_CASE("a member that left and holds nothing any more is not unknown", "[unit][inspect]") {
    auto e = of_member(false, Kind::nothing);
    store::ActOnMember act;
    act.run = 9;
    act.what.asked = store::ActMember::Asked::leave;
    act.what.outcome = model::Outcome::Kind::delivered;
    e.memory.acts = {act};
    e.memory.act_groups = {"Buyers"};
    e.memory.act_exports = {"weekly"};
    CHECK_THAT(said(e), Contains("run 9 took it out of \"Buyers\"") && !Contains("unknown here"));
    e.memory.acts[0].what.asked = store::ActMember::Asked::upsert;
    CHECK_THAT(said(e), Contains("run 9 sent it last"));
    e.memory.acts[0].what.outcome = model::Outcome::Kind::rejected;
    CHECK_THAT(said(e), Contains("run 9 tried to send it last"));
}

TEST_CASE("what could not be read is not taken for an absence", "[unit][inspect]") {
    auto e = of_member(false, Kind::unknown);
    e.segments[0].complete = false;
    e.next.why_unknown = "segment buyers could not be read to its end";
    CHECK_THAT(said(e), Contains("could not be told") && !Contains("unknown here"));
    e.memory.opt_outs = {opt_out(OptOutReason::unsubscribed)};
    CHECK_THAT(said(e), Contains("it unsubscribed") && Contains("Whether it is in a segment is not known"));
}

TEST_CASE("a refusal has the provider's words and the next try", "[unit][inspect]") {
    auto e = of_member(true, Kind::deferred);
    store::DeferredReject refused;
    refused.detail = "looks fake or invalid";
    e.memory.deferred = {refused};
    CHECK_THAT(said(e), Contains("looks fake or invalid") && Contains("when its values change"));
    e.memory.deferred[0].next_try = from_unix(1'796'000'000);
    CHECK_THAT(said(e), Contains("tried again from 2026-11-30T00:53:20Z on"));
}

TEST_CASE("what keeps a run from beginning, and what is under way, is said too", "[unit][inspect]") {
    auto e = of_member(true, Kind::add);
    e.no_run = "the export is disabled";
    CHECK_THAT(said(e), Contains("No run begins now: the export is disabled."));
    e.memory.open.push_back({9, true});
    CHECK_THAT(said(e), Contains("A call of run 9 has no known outcome yet."));
    e.next.would_hold = true;
    CHECK_THAT(said(e), Contains("That run would be held"));
    e.now.found = true;
    e.now.status.state = provider::ContactStatus::State::cleaned;
    CHECK_THAT(said(e),
               Contains("Since the last look: its mail bounced") && Contains("the next run learns that"));
}

TEST_CASE("a plan that waits for approval is said with its command", "[unit][inspect]") {
    auto e = of_member(false, Kind::remove);
    was_delivered(e);
    e.next.leaves = {"Buyers"};
    CHECK_THAT(said(e), !Contains("waits for approval"));
    CHECK_THAT(said(e, 22), Contains("The next run takes it out of \"Buyers\"") &&
                                Contains("Run 22 waits for approval now") &&
                                Contains("audiencectl runs approve 22 sends it"));
}

TEST_CASE("what the provider shows now counts more than what is remembered", "[unit][inspect]") {
    auto e = of_member(true, Kind::keep);
    was_delivered(e);
    e.now.found = true;
    CHECK_THAT(said(e), Contains("nothing to do"));
    e.now.lacks = {"Buyers"};
    CHECK_THAT(said(e), Contains("at the provider it is not in \"Buyers\" now: others took it out") &&
                            Contains("audiencectl run weekly --full puts it back") &&
                            !Contains("It is there"));
    e.now.off_list = true;
    CHECK_THAT(said(e), Contains("not on the list at the provider now") && Contains("sends nothing to it"));
    e.now = {};
    e.memory.has_contact = true;
    CHECK_THAT(said(e), Contains("no such contact any more") && !Contains("the next run learns that"));
}

TEST_CASE("every reason makes a sentence with its date, and one without saying the provider twice",
          "[unit][inspect]") {
    for (int i = 0; i <= static_cast<int>(OptOutReason::unspecified); ++i) {
        auto e = of_member(true, Kind::suppressed);
        e.memory.opt_outs = {opt_out(static_cast<OptOutReason>(i))};
        CAPTURE(said(e));
        CHECK_THAT(said(e), !Contains(" on 2026-11-30T00:53:20Z;") && !Contains("provider on 2026") &&
                                !Contains("now on 2026"));
    }
    auto e = of_member(true, Kind::suppressed);
    e.now.found = true;
    e.now.status.state = provider::ContactStatus::State::archived;
    CHECK_THAT(said(e), !Contains("At the provider the contact is archived at the provider"));
}

TEST_CASE("what keeps the next run from being known is said once", "[unit][inspect]") {
    auto e = of_member(true, Kind::unknown);
    e.no_run = e.next.why_unknown = "connection shop needs a working API key";
    const std::string text = said(e);
    CHECK(text.find(e.no_run) == text.rfind(e.no_run));
    CHECK_THAT(text, Contains("No run begins now: connection shop needs a working API key."));
}

}  // namespace audienced::unit::inspect_explain_words_test
