#include "inspect/standing.hpp"

#include <algorithm>

namespace audienced::inspect {
namespace {

using State = Standing::State;
using model::Run;
using model::RunStatus;

template <class Wanted>
const Run* newest(const ExportFacts& facts, Wanted wanted) {
    const auto it = std::find_if(facts.runs.begin(), facts.runs.end(),
                                 [&](const Run& run) { return model::is_whole(run.options) && wanted(run); });
    return it == facts.runs.end() ? nullptr : &*it;
}

std::string command(const std::string& words, const Run& run) {
    return "audiencectl runs " + words + " " + std::to_string(run.id);
}

Standing of_run(State state, const Run& run) {
    Standing out;
    out.state = state;
    out.run = run.id;
    out.since = run.finished_at ? run.finished_at : run.started_at ? run.started_at : run.queued_at;
    out.reason = run.error.empty() ? run.reason : run.error;
    out.next = command("show", run);
    return out;
}

bool is_over(const Run& run) {
    return model::is_final(run.status) && run.status != RunStatus::cancelled;
}

/// Queued at or after `due`, or waiting then: it read the data of that start, or younger.
bool serves(const Run& run, SysTime due) {
    return run.queued_at >= due || run.started_at.value_or(run.queued_at) >= due;
}

Standing overdue(const ExportFacts& facts, SysTime now, std::chrono::seconds time_to_complete) {
    Standing out;
    const SysTime due = *facts.due;
    const auto delivered = [&](const Run& run) {
        return model::ended_well(run) && !model::says_nothing(run) && serves(run, due);
    };
    if (newest(facts, delivered)) return out;
    const Run* under_way = newest(facts, [](const Run& run) { return !model::is_final(run.status); });
    if (now - due < (under_way ? SysTime::duration(time_to_complete) : SysTime::duration(time_to_start)))
        return out;
    out.state = State::overdue;
    out.since = due;
    if (under_way) {
        out.run = under_way->id;
        out.reason = std::string("its run is still ") + to_string(under_way->status);
        if (!under_way->reason.empty()) out.reason += ": " + under_way->reason;
        out.next = command("follow", *under_way);
    } else {
        out.reason = "no run has completed since its start was due";
        out.next = "audiencectl run " + facts.definition.name;
    }
    return out;
}

/// As people were told, while that run is not over.
Standing told(const ToldOverdue& told, const ExportFacts& facts) {
    Standing out;
    const Run* run =
        newest(facts, [&](const Run& one) { return one.id == told.run && !model::is_final(one.status); });
    if (!run) return out;
    out.state = State::overdue;
    out.run = run->id;
    out.since = told.since;
    out.reason = told.reason;
    out.next = command("follow", *run);
    return out;
}

/// What a person began with a disabled export, and what needs one now.
Standing of_disabled(const ExportFacts& facts) {
    const Run* last = newest(facts, [](const Run&) { return true; });
    if (!last || !last->options.takes_back()) return {};
    if (model::waits_for_approval(*last)) return of_run(State::held, *last);
    const bool left = last->status == RunStatus::failed ||
                      (last->options.withdraw && last->status == RunStatus::completed_with_rejects);
    return left ? of_run(State::failed, *last) : Standing{};
}

}  // namespace

const char* to_string(State state) noexcept {
    switch (state) {
        case State::fine:
            return "fine";
        case State::failed:
            return "failed";
        case State::skipped:
            return "skipped";
        case State::held:
            return "held";
        case State::blocked:
            return "blocked";
        case State::overdue:
            return "overdue";
    }
    return "fine";
}

std::optional<SysTime> due_start(const model::Export& definition, SysTime latest,
                                 std::optional<SysTime> last_served) {
    if (last_served && *last_served > latest) return std::nullopt;  // the schedule was set after it
    if (definition.updated_at > latest || definition.created_at > latest) return std::nullopt;
    return latest;
}

Standing judge(const ExportFacts& facts, SysTime now, std::chrono::seconds time_to_complete) {
    if (!facts.definition.enabled) return of_disabled(facts);
    const Run* held = newest(facts, model::waits_for_approval);
    const Run* ended = newest(facts, is_over);
    // An undo that succeeded hides an earlier one that failed, and says nothing else.
    if (ended && ended->options.takes_back() && model::ended_well(*ended))
        ended = newest(facts, [](const Run& run) { return is_over(run) && !run.options.takes_back(); });
    if (held && (!ended || held->id > ended->id)) return of_run(State::held, *held);
    if (ended && ended->status == RunStatus::failed) return of_run(State::failed, *ended);
    if (ended && ended->status == RunStatus::skipped) return of_run(State::skipped, *ended);
    if (facts.definition.schedule == "manual") return {};
    if (facts.cannot_run) {
        Standing out;
        out.state = State::blocked;
        out.reason = facts.cannot_run->reason;
        out.next = facts.cannot_run->next;
        return out;
    }
    Standing by_schedule = facts.due ? overdue(facts, now, time_to_complete) : Standing{};
    if (by_schedule.state != State::fine || !facts.told_overdue) return by_schedule;
    return told(*facts.told_overdue, facts);
}

}  // namespace audienced::inspect
