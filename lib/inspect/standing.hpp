// Does an export need a person? What `audiencectl check` answers with. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/export.hpp"
#include "model/run.hpp"

namespace audienced::inspect {

/// How long after its time a start may come.
inline constexpr std::chrono::minutes time_to_start{5};

/// What keeps an export from running, and the command that helps.
struct Obstacle {
    std::string reason, next;
};

/// People were told that this run is overdue, with these words.
struct ToldOverdue {
    model::RunId run = 0;
    SysTime since;
    std::string reason;
};

struct ExportFacts {
    model::Export definition;
    std::vector<model::Run> runs;  // of it, newest first; at least those since the last that completed
    std::optional<SysTime> due;    // the last start of its schedule until now; see due_start()
    std::optional<Obstacle> cannot_run;
    std::optional<ToldOverdue> told_overdue;
};

struct Standing {
    enum class State { fine, failed, skipped, held, blocked, overdue };
    State state = State::fine;
    model::RunId run = 0;  // that tells more; 0: none
    std::optional<SysTime> since;
    std::string reason;
    std::string next;  // the command to go on with
};
const char* to_string(Standing::State) noexcept;

/// A start at `latest` counts for this export if it was not passed over: the schedule, and the export as it
/// is, were there before.
std::optional<SysTime> due_start(const model::Export& definition, SysTime latest,
                                 std::optional<SysTime> last_served);

/// By its newest run that is held or over; else by its schedule. A disabled export is fine, unless an undo or
/// a withdrawal of it needs a person, and so is one that is started by hand and whose last run was good. Dry
/// runs, cancelled runs and undos that succeeded say nothing. `time_to_complete`: how long a scheduled run
/// may take, its time in the queue included, before the data counts as too old (limits.overdue of the
/// configuration, as for notifications). Of an export that starts more often than that, the last start is
/// never so long ago: there the run that people were told of counts.
Standing judge(const ExportFacts& facts, SysTime now, std::chrono::seconds time_to_complete);

}  // namespace audienced::inspect
