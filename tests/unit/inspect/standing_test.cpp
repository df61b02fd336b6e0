#include "inspect/standing.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::inspect_standing_test {

using namespace audienced;
using namespace audienced::inspect;
using namespace std::chrono_literals;
using model::RunStatus;
using State = Standing::State;

namespace {

const SysTime now = from_unix(1'772'359'200);

/// Newest first as in the store: each call puts an older run behind.
class Scene {
public:
    Scene() {
        facts.definition.name = "spring";
        facts.definition.created_at = facts.definition.updated_at = now - 1000h;
    }
    Scene& run(RunStatus status, SysTime::duration ago, const char* reason = "") {
        model::Run one;
        one.id = --next_id_;
        one.status = status;
        one.reason = reason;
        one.queued_at = now - ago;
        if (status != RunStatus::queued) one.started_at = now - ago;
        if (model::is_final(status)) one.finished_at = now - ago + 1min;
        facts.runs.push_back(one);
        return *this;
    }
    Scene& due(SysTime::duration ago) {
        facts.due = now - ago;
        return *this;
    }
    model::Run& oldest() { return facts.runs.back(); }
    Standing judged() const { return judge(facts, now, time_to_complete); }
    State state() const { return judged().state; }

    ExportFacts facts;
    std::chrono::seconds time_to_complete{2h};

private:
    model::RunId next_id_ = 100;
};

}  // namespace

TEST_CASE("an export stands as its newest run that is held or over", "[unit][inspect]") {
    CHECK(Scene().state() == State::fine);  // it never ran, and nothing is due
    CHECK(Scene().run(RunStatus::succeeded, 1h).state() == State::fine);
    CHECK(Scene().run(RunStatus::completed_with_rejects, 1h).state() == State::fine);
    CHECK(Scene().run(RunStatus::failed, 1h).state() == State::failed);
    CHECK(Scene().run(RunStatus::skipped, 1h).state() == State::skipped);
    CHECK(Scene().run(RunStatus::held, 1h).state() == State::held);
    CHECK(Scene().run(RunStatus::succeeded, 1h).run(RunStatus::failed, 2h).state() == State::fine);
    // What is under way, cancelled or dry says nothing: what was before still holds.
    for (const auto status :
         {RunStatus::cancelled, RunStatus::queued, RunStatus::planning, RunStatus::delivering})
        CHECK(Scene().run(status, 1min).run(RunStatus::failed, 2h).state() == State::failed);
    Scene dry;
    dry.run(RunStatus::succeeded, 1h).oldest().options.dry_run = true;
    CHECK(dry.run(RunStatus::skipped, 2h).state() == State::skipped);
    CHECK(Scene().run(RunStatus::held, 1h).run(RunStatus::failed, 2h).state() == State::held);
    Scene approved;
    approved.run(RunStatus::held, 1h).oldest().approved = true;
    CHECK(approved.run(RunStatus::succeeded, 2h).state() == State::fine);

    const auto failed = Scene().run(RunStatus::failed, 1h, "the provider refused").judged();
    CHECK(failed.run == 99);
    CHECK(failed.reason == "the provider refused");
    CHECK(failed.next == "audiencectl runs show 99");
    CHECK(failed.since == now - 1h + 1min);
}

TEST_CASE("an undo that succeeded says nothing; one that waits or failed needs a person", "[unit][inspect]") {
    const auto with_undo = [](RunStatus status, RunStatus before, bool enabled = true) {
        Scene s;
        s.run(status, 1h);
        s.oldest().trigger = model::Trigger::undo;
        s.oldest().options.undo_of = 7;
        s.run(before, 2h);
        s.facts.definition.enabled = enabled;
        return s;
    };
    CHECK(with_undo(RunStatus::succeeded, RunStatus::failed).state() == State::failed);
    CHECK(with_undo(RunStatus::succeeded, RunStatus::succeeded).state() == State::fine);
    CHECK(with_undo(RunStatus::failed, RunStatus::succeeded).state() == State::failed);
    CHECK(with_undo(RunStatus::held, RunStatus::succeeded).state() == State::held);
    // It delivered nothing of the segments: the start that was due is owed yet.
    CHECK(with_undo(RunStatus::succeeded, RunStatus::cancelled).due(90min).judged().state == State::overdue);
    // What was begun with a disabled export, and was not finished, needs a person.
    CHECK(with_undo(RunStatus::held, RunStatus::succeeded, false).state() == State::held);
    CHECK(with_undo(RunStatus::failed, RunStatus::succeeded, false).state() == State::failed);
    CHECK(with_undo(RunStatus::completed_with_rejects, RunStatus::succeeded, false).state() == State::fine);
    auto withdrawn = with_undo(RunStatus::completed_with_rejects, RunStatus::succeeded, false);
    withdrawn.facts.runs.front().options.withdraw = true;
    CHECK(withdrawn.state() == State::failed);
    // One that succeeded hides an earlier one that failed.
    auto twice = with_undo(RunStatus::succeeded, RunStatus::failed);
    twice.oldest().options.undo_of = 7;
    CHECK(twice.run(RunStatus::succeeded, 3h).state() == State::fine);
}

TEST_CASE("a start that is due is owed until a run of it, or a later one, has completed", "[unit][inspect]") {
    CHECK(Scene().due(4min).state() == State::fine);  // it may still come
    const auto never = Scene().due(6min).judged();
    CHECK(never.state == State::overdue);
    CHECK(never.since == now - 6min);
    CHECK(never.next == "audiencectl run spring");
    CHECK(Scene().run(RunStatus::succeeded, 24h).due(6min).state() == State::overdue);
    CHECK(Scene().run(RunStatus::succeeded, 5min).due(6min).state() == State::fine);
    CHECK(Scene().run(RunStatus::succeeded, 6min).due(6min).state() == State::fine);
    CHECK(Scene().run(RunStatus::cancelled, 5min).due(6min).state() == State::overdue);

    CHECK(Scene().run(RunStatus::delivering, 119min).due(119min).state() == State::fine);
    Scene short_of_time;
    short_of_time.time_to_complete = 1h;
    CHECK(short_of_time.run(RunStatus::delivering, 61min).due(61min).state() == State::overdue);
    const auto slow = Scene().run(RunStatus::planning, 2h, "waits for run 7").due(2h).judged();
    CHECK(slow.state == State::overdue);
    CHECK(slow.run == 99);
    CHECK(slow.reason == "its run is still planning: waits for run 7");
    CHECK(slow.next == "audiencectl runs follow 99");
    // Queued before the start and begun after it: it read what was there then.
    Scene waited;
    waited.run(RunStatus::succeeded, 3h).oldest().started_at = now - 1h;
    CHECK(waited.due(2h).state() == State::fine);
}

TEST_CASE("an export that starts each hour is overdue while the run hangs of which people were told",
          "[unit][inspect]") {
    // Its last start is never two hours ago.
    Scene hangs;
    hangs.run(RunStatus::queued, 30min).run(RunStatus::delivering, 5h).due(30min);
    CHECK(hangs.state() == State::fine);
    hangs.facts.told_overdue = ToldOverdue{98, now - 3h, "run 98 is not over yet"};
    const auto judged = hangs.judged();
    CHECK(judged.state == State::overdue);
    CHECK(judged.run == 98);
    CHECK(judged.since == now - 3h);
    CHECK(judged.reason == "run 98 is not over yet");
    CHECK(judged.next == "audiencectl runs follow 98");
    // It ended since they were told.
    Scene over;
    over.run(RunStatus::succeeded, 30min).facts.told_overdue = ToldOverdue{99, now - 3h, ""};
    CHECK(over.due(30min).state() == State::fine);
    // What ended badly says more than what is late.
    Scene failed;
    failed.run(RunStatus::queued, 3h).run(RunStatus::failed, 4h).facts.told_overdue =
        ToldOverdue{99, now - 1h, ""};
    CHECK(failed.state() == State::failed);
}

TEST_CASE("who started it by hand, or disabled it, waits for nothing; who cannot run is blocked",
          "[unit][inspect]") {
    Scene manual;
    manual.facts.definition.schedule = "manual";
    CHECK(manual.due(100h).state() == State::fine);
    CHECK(manual.run(RunStatus::failed, 1h).state() == State::failed);
    Scene disabled;
    disabled.facts.definition.enabled = false;
    CHECK(disabled.due(100h).run(RunStatus::failed, 1h).state() == State::fine);
    Scene blocked;
    blocked.facts.cannot_run = Obstacle{"the connection shop needs a new sign-in", "sign in"};
    CHECK(blocked.judged().state == State::blocked);
    CHECK(blocked.judged().reason == "the connection shop needs a new sign-in");
    CHECK(blocked.judged().next == "sign in");
    CHECK(blocked.run(RunStatus::failed, 1h).state() == State::failed);
    manual.facts.runs.clear();
    manual.facts.cannot_run = blocked.facts.cannot_run;
    CHECK(manual.state() == State::fine);
}

TEST_CASE("a start before the export or its schedule was there is not due", "[unit][inspect]") {
    model::Export e;
    e.created_at = e.updated_at = now - 10h;
    CHECK(due_start(e, now - 9h, now - 9h) == now - 9h);
    CHECK(due_start(e, now - 9h, now - 33h) == now - 9h);  // not served yet
    CHECK(due_start(e, now - 9h, std::nullopt) == now - 9h);
    CHECK(due_start(e, now - 9h, now - 8h) == std::nullopt);  // passed over: the schedule was set later
    CHECK(due_start(e, now - 11h, now - 11h) == std::nullopt);
}

}  // namespace audienced::unit::inspect_standing_test
