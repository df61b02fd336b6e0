#include "store/undo_runs.hpp"

#include "store/query.hpp"
#include "store/runs.hpp"

namespace audienced::store {

namespace {

/// The run whose id is the only column of the only row.
result<std::optional<model::Run>> run_found(Database& db, Statement& query) {
    std::optional<std::int64_t> found;
    auto read = first_row(query, [&](const Statement& s) { found = integer_or_null(s, 0); });
    if (!read) return read.error();
    if (!found) return std::optional<model::Run>();
    auto run = get_run(db, *found);
    if (!run) return run.error();
    return std::optional(std::move(*run));
}

}  // namespace

result<std::optional<model::Run>> undone_by(Database& db, model::RunId id) {
    auto& query = db.prepare(
        "SELECT max(id) FROM runs WHERE undo_of = ?1 AND undo_of <> 0 AND option_dry_run = 0 AND "
        "status NOT IN ('completed_with_rejects', 'failed', 'skipped', 'cancelled')");
    query.bind(1, id);
    return run_found(db, query);
}

result<std::optional<UndoPlace>> place_to_undo(Database& db, model::RunId id) {
    auto& query = db.prepare(
        "SELECT export_id, destination FROM acts WHERE run = ?1 AND changed > 0 UNION ALL "
        "SELECT export_id, destination FROM intents WHERE run = ?1 LIMIT 1");
    query.bind(1, id);
    std::optional<UndoPlace> place;
    auto read = first_row(query, [&](const Statement& s) {
        place = UndoPlace{model::ExportId(s.integer(0)), model::DestinationId(s.integer(1))};
    });
    if (!read) return read.error();
    return place;
}

result<std::optional<model::Run>> withdrawal_of(Database& db, std::string_view export_name) {
    auto& query = db.prepare(
        "SELECT max(id) FROM runs WHERE export = ?1 AND option_withdraw = 1 AND "
        "status IN ('queued', 'planning', 'held', 'delivering', 'settling')");
    query.bind(1, export_name);
    return run_found(db, query);
}

}  // namespace audienced::store
