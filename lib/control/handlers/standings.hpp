// Where every export stands, and what lasts of connections and of the daemon itself: `check` answers with
// what needs a person of it, and `status` begins with that. The judgement is lib/inspect/standing.hpp.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "control/router.hpp"
#include "inspect/standing.hpp"
#include "model/subject_state.hpp"
#include "store/schedules.hpp"

namespace audienced::control {

/// What is judged by, beside the database. Taken on the io thread.
struct Outlook {
    SysTime now;
    std::chrono::seconds time_to_complete;
    std::vector<model::SubjectState> lasting;  // as people were told
};
Outlook outlook_of(Context&);

struct ExportStanding {
    model::Export definition;
    std::optional<model::Run> last_run;  // see last_run_of()
    inspect::Standing standing;
};
struct Standings {
    std::vector<ExportStanding> exports;  // by name
    std::optional<store::RefreshSchedule> refresh;
};
/// Reads on the store's thread.
result<Standings> read_standings(store::Database&, const Caller&, const Outlook&);

/// One object for each export that needs a person: {subject, export, title, state, run, since, zone, reason,
/// next}; behind them one for the daemon, if it does.
nlohmann::json findings_of(const Standings&, const Outlook&, const Caller&);
/// The same for connections of which people were told, as far as the caller sees them.
nlohmann::json connection_findings(const std::vector<model::Connection>&, const Outlook&, const Caller&);

}  // namespace audienced::control
