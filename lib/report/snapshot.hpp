// How things stand, at one glance, as the database knows it.
#pragma once

#include <optional>
#include <vector>

#include "model/connection.hpp"
#include "model/export.hpp"
#include "model/run.hpp"
#include "store/database.hpp"
#include "store/schedules.hpp"

namespace audienced::report {

struct Snapshot {
    struct ExportState {
        model::Export definition;
        std::optional<model::Run> last_run;
    };
    std::size_t sources = 0, segments = 0;
    std::vector<model::Connection> connections;
    std::vector<ExportState> exports;   // by name
    std::vector<model::Run> open_runs;  // oldest first
    std::optional<store::RefreshSchedule> refresh;
};

/// Reads only; store thread. Errors: store_*.
result<Snapshot> take_snapshot(store::Database&);

}  // namespace audienced::report
