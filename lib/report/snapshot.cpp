#include "report/snapshot.hpp"

#include "store/definitions.hpp"
#include "store/runs.hpp"

namespace audienced::report {

result<Snapshot> take_snapshot(store::Database& db) {
    Snapshot out;
    auto sources = store::list_sources(db);
    if (!sources) return sources.error();
    out.sources = sources->size();
    auto segments = store::list_segments(db);
    if (!segments) return segments.error();
    out.segments = segments->size();
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    out.connections = std::move(*connections);
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    for (auto& definition : *exports) {
        auto last = store::list_runs(db, definition.name, 1);
        if (!last) return last.error();
        Snapshot::ExportState state;
        state.definition = std::move(definition);
        if (!last->empty()) state.last_run = std::move(last->front());
        out.exports.push_back(std::move(state));
    }
    auto open = store::open_runs(db);
    if (!open) return open.error();
    out.open_runs = std::move(*open);
    auto refresh = store::get_refresh_schedule(db);
    if (!refresh) return refresh.error();
    out.refresh = std::move(*refresh);
    return out;
}

}  // namespace audienced::report
