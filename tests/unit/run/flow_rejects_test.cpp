// What runs say of members that the provider refused.
#include "run/flow.hpp"

#include <catch2/catch.hpp>

#include "unit/run/flow_scene.hpp"

namespace audienced::unit::run_flow_rejects_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using model::RejectClass;
using Status = model::RunStatus;

namespace {

model::Outcome refused(RejectClass reject_class) {
    model::Outcome out;
    out.kind = model::Outcome::Kind::rejected;
    out.reject_class = reject_class;
    out.code = "merge_field";
    out.field = "FNAME";
    out.detail = "Please enter a name";
    return out;
}

void check_words(const store::Reject& r) {
    CHECK(r.row == 2);
    CHECK(r.segment == "buyers");
    CHECK(r.code == "merge_field");
    CHECK(r.field == "FNAME");
    CHECK(r.detail == "Please enter a name");
}

}  // namespace

TEST_CASE(
    "each run says of a refused member what the provider said, which row it is and when it is tried next",
    "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    const auto reject_class = GENERATE(RejectClass::fix_data, RejectClass::retry_later);
    bench.service.outcomes["bob@example.org"] = refused(reject_class);
    std::optional<SysTime> next_try;
    if (reject_class == RejectClass::retry_later) next_try = bench.time.now() + 20h;
    for (int nth = 1; nth <= 3; ++nth) {
        INFO(nth);
        const auto run = bench.run_once();
        CHECK(run.status == Status::completed_with_rejects);
        CHECK(run.counts.rejected == 1);
        CHECK(run.counts.add_up());
        const auto rejects = bench.rejects(run.id);
        REQUIRE(rejects.size() == 1);
        check_words(rejects[0]);
        CHECK(rejects[0].reject_class == reject_class);
        CHECK(rejects[0].attempts == 1);
        CHECK(rejects[0].next_try == next_try);
    }
}

TEST_CASE("a member that is tried again and refused again counts its attempts, until its values change",
          "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.service.outcomes["bob@example.org"] = refused(RejectClass::retry_later);
    for (int nth = 1; nth <= 3; ++nth) {
        const auto rejects = bench.rejects(bench.run_once().id);
        REQUIRE(rejects.size() == 1);
        CHECK(rejects[0].attempts == nth);
        CHECK(rejects[0].next_try == bench.time.now() + 20h);
        bench.time.advance(25h);
    }
    auto changed = three_rows;
    changed[1][1] = "Robert";
    bench.rows(changed);
    CHECK(bench.rejects(bench.run_once().id)[0].attempts == 1);
}

namespace {

model::Run retry(RunBench& bench, model::RunId of) {
    model::RunOptions options;
    options.retry_of = of;
    return bench.carry_out(bench.queue_run(options, model::Trigger::retry));
}

}  // namespace

TEST_CASE("a retry sends what the run rejected again, whatever has to be mended", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    const auto reject_class = GENERATE(RejectClass::fix_data, RejectClass::retry_later);
    bench.service.outcomes["bob@example.org"] = refused(reject_class);
    const auto first = bench.run_once();
    CHECK(bench.run_once().counts.rejected == 1);
    const auto sent = bench.service.count(CallKind::submit);

    // Not mended yet: refused once more, and the attempt counts.
    auto again = retry(bench, first.id);
    CHECK(again.trigger == model::Trigger::retry);
    CHECK(again.counts.rejected == 1);
    REQUIRE(bench.rejects(again.id).size() == 1);
    CHECK(bench.rejects(again.id)[0].attempts == 2);
    CHECK(bench.service.count(CallKind::submit) > sent);

    bench.service.outcomes.clear();
    CHECK(bench.run_once().counts.rejected == 1);  // only a retry knows that it may be mended
    again = retry(bench, first.id);
    CHECK(again.status == Status::succeeded);
    CHECK(again.counts.added == 1);
    CHECK(again.counts.unchanged == 2);
    CHECK(again.counts.add_up());
    CHECK(bench.run_once().counts.unchanged == 3);
}

TEST_CASE("a member that fails in five runs is in quarantine, told once, until a person retries it",
          "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.service.outcomes["bob@example.org"] = refused(RejectClass::retry_later);
    model::RunId last = 0;
    for (int nth = 1; nth <= 5; ++nth) {
        CHECK_FALSE(bench.log.has(log::Kind::rejects_quarantined));
        last = bench.run_once().id;
        CHECK(store::is_quarantined(bench.rejects(last)[0]) == (nth == 5));
        bench.time.advance(21h);
    }
    CHECK(bench.log.count(log::Kind::rejects_quarantined) == 1);
    const auto sent = bench.service.count(CallKind::submit);
    bench.time.advance(1000h);
    const auto idle = bench.run_once();
    CHECK(idle.counts.rejected == 1);
    CHECK(idle.counts.add_up());
    CHECK(bench.service.count(CallKind::submit) == sent);
    CHECK(bench.rejects(idle.id)[0].attempts == 5);
    CHECK(bench.log.count(log::Kind::rejects_quarantined) == 1);
    CHECK(retry(bench, idle.id).counts.rejected == 1);
    CHECK(bench.log.count(log::Kind::rejects_quarantined) == 1);
    bench.service.outcomes.clear();
    CHECK(retry(bench, idle.id).counts.added == 1);
    CHECK(bench.run_once().counts.unchanged == 3);
}

TEST_CASE("a retry sends values again that the run had to leave out", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    model::Outcome without;
    without.kind = model::Outcome::Kind::delivered;
    without.contact_id = model::ContactId("c-bob");
    without.refused_values = {{"FNAME", "merge_field", "no name"}};
    bench.service.outcomes["bob@example.org"] = without;
    const auto first = bench.run_once();
    CHECK(first.counts.values_dropped == 1);
    auto next = bench.run_once();
    CHECK(next.counts.unchanged == 3);
    CHECK(next.counts.values_dropped == 1);
    next = retry(bench, first.id);
    CHECK(next.counts.updated == 1);
    CHECK(next.counts.values_dropped == 1);
    REQUIRE(bench.rejects(next.id).size() == 1);
    CHECK(bench.rejects(next.id)[0].attempts == 2);
    CHECK(bench.rejects(next.id)[0].counted_in == model::CountedIn::values_dropped);
    bench.service.outcomes.clear();
    next = retry(bench, first.id);  // the same run may be named again
    CHECK(next.status == Status::succeeded);
    CHECK(next.counts.updated == 1);
    CHECK(bench.run_once().counts.values_dropped == 0);
}

TEST_CASE("a retry leaves alone what nothing helps, and what only later runs rejected", "[unit][run]") {
    RunBench bench;
    bench.rows({three_rows[0], three_rows[1]});
    bench.service.outcomes["bob@example.org"] = refused(RejectClass::never);
    bench.service.outcomes["cid@example.org"] = refused(RejectClass::fix_data);
    const auto first = bench.run_once();
    bench.rows(three_rows);
    const auto second = bench.run_once();
    CHECK(second.counts.rejected == 2);
    const auto sent = bench.service.count(CallKind::submit);
    CHECK(retry(bench, first.id).counts.rejected == 2);
    CHECK(bench.service.count(CallKind::submit) == sent);
    CHECK(retry(bench, second.id).counts.rejected == 2);
    const auto calls = bench.service.of(CallKind::submit);
    REQUIRE(calls.size() == sent + 1);
    CHECK(calls.back().members() == std::vector<std::string>{"cid@example.org"});
}

}  // namespace audienced::unit::run_flow_rejects_test
