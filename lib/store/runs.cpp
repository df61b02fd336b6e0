#include "store/runs.hpp"

#include <algorithm>

#include "store/query.hpp"

namespace audienced::store {
namespace {

constexpr const char* run_columns =
    "id, export, trigger, status, option_full, option_dry_run, option_hold, reason, error, queued_at, "
    "started_at, "
    "finished_at, requested_by, cancel_requested, approved, plan_export_revision, plan_connection_revision, "
    "requests, writes, retries, bytes_sent, provider_jobs, "
    "n_read, n_duplicate, n_invalid, n_suppressed, n_unchanged, n_added, n_updated, n_removed, n_rejected, "
    "n_not_sent, n_values_dropped, n_removals_put_off, "
    "p_read, p_duplicate, p_invalid, p_suppressed, p_unchanged, p_added, p_updated, p_removed, p_rejected, "
    "p_not_sent, p_values_dropped, p_removals_put_off, retry_of, delivered_before, undo_of, option_withdraw, "
    "option_even_disabled, only_member, try_outcome, reason_quotes, "
    "(SELECT due FROM retries WHERE retries.export = runs.export AND retries.run = runs.id)";

std::string select_runs(const char* rest) {
    return std::string("SELECT ") + run_columns + " FROM runs " + rest;
}

model::Counts counts_at(const Statement& s, int c) {
    return {u64(s, c),     u64(s, c + 1), u64(s, c + 2), u64(s, c + 3), u64(s, c + 4),  u64(s, c + 5),
            u64(s, c + 6), u64(s, c + 7), u64(s, c + 8), u64(s, c + 9), u64(s, c + 10), u64(s, c + 11)};
}

void bind_counts(Statement& s, int at, const model::Counts& c) {
    for (std::uint64_t n : {c.read, c.duplicate, c.invalid, c.suppressed, c.unchanged, c.added, c.updated,
                            c.removed, c.rejected, c.not_sent, c.values_dropped, c.removals_put_off})
        bind_u64(s, at++, n);
}

void bind_traffic(Statement& s, int at, const model::Traffic& t) {
    for (std::uint64_t n : {t.requests, t.writes, t.retries, t.bytes_sent, t.provider_jobs})
        bind_u64(s, at++, n);
}

void bind_member(Statement& s, int at, const std::optional<MemberHash>& member) {
    if (member)
        s.bind_blob(at, member->view());
    else
        s.bind_null(at);
}

model::Run run_of(const Statement& s) {
    model::Run r;
    r.id = s.integer(0);
    r.export_name = s.text(1);
    r.trigger = model::trigger(s.blob_view(2)).value_or(model::Trigger::on_demand);
    r.status = model::run_status(s.blob_view(3)).value_or(model::RunStatus::failed);
    r.options.full = s.integer(4) != 0;
    r.options.dry_run = s.integer(5) != 0;
    r.options.hold = s.integer(6) != 0;
    r.reason = s.text(7);
    r.error = s.text(8);
    r.queued_at = from_unix(s.integer(9));
    r.started_at = time_or_null(s, 10);
    r.finished_at = time_or_null(s, 11);
    r.requested_by = s.text(12);
    r.cancel_requested = s.integer(13) != 0;
    r.approved = s.integer(14) != 0;
    r.plan_export_revision = integer_or_null(s, 15);
    r.plan_connection_revision = integer_or_null(s, 16);
    r.traffic = {u64(s, 17), u64(s, 18), u64(s, 19), u64(s, 20), u64(s, 21)};
    r.counts = counts_at(s, 22);
    r.planned = counts_at(s, 34);
    r.options.retry_of = s.integer(46);
    r.delivered_before = u64(s, 47);
    r.options.undo_of = s.integer(48);
    r.options.withdraw = s.integer(49) != 0;
    r.options.even_disabled = s.integer(50) != 0;
    if (!s.is_null(51)) r.options.only_member = MemberHash::from(s.blob_view(51));
    r.tried = model::try_outcome(s.blob_view(52)).value_or(model::TryOutcome::none);
    r.reason_quotes = static_cast<Quotes>(s.integer(53));
    r.next_try = time_or_null(s, 54);
    return r;
}

result<std::vector<model::Run>> read_runs(Statement& query) {
    std::vector<model::Run> runs;
    auto read = each_row(query, [&](const Statement& s) { runs.push_back(run_of(s)); });
    if (!read) return read.error();
    return runs;
}

Error no_such_run(model::RunId id) {
    return make_error(Errc::not_found, "there is no run " + std::to_string(id));
}

result<model::RunId> join_waiting(Database& db, const model::Run& waiting, const model::Run& asked) {
    if (asked.trigger == model::Trigger::undo)
        return make_error(Errc::wrong_state,
                          "run " + std::to_string(waiting.id) + " is queued to undo a change of " +
                              asked.export_name + " already",
                          "retry when that run has finished");
    const bool wakes = waiting.options.dry_run &&
                       !asked.options.dry_run;  // the caller that asks for delivery is responsible for it
    auto done =
        db.prepare(
              "UPDATE runs SET option_full = ?2, option_dry_run = ?3, option_hold = ?4, requested_by = ?5, "
              "trigger = ?6, retry_of = ?7 WHERE id = ?1")
            .bind(1, waiting.id)
            .bind(2, std::int64_t{waiting.options.full || asked.options.full})
            .bind(3, std::int64_t{waiting.options.dry_run && asked.options.dry_run})
            .bind(4, std::int64_t{waiting.options.hold || asked.options.hold})
            .bind(5, wakes ? asked.requested_by : waiting.requested_by)
            .bind(6, std::string_view(model::to_string(wakes ? asked.trigger : waiting.trigger)))
            .bind(7, std::max(waiting.options.retry_of, asked.options.retry_of))
            .run();
    if (!done) return done.error();
    return waiting.id;
}

result<model::RunId> insert_run(Database& db, const model::Run& run) {
    auto& insert = db.prepare(
        "INSERT INTO runs(export, trigger, status, option_full, option_dry_run, option_hold, reason, "
        "error, queued_at, requested_by, retry_of, undo_of, option_withdraw, option_even_disabled, "
        "only_member) VALUES(?1, ?2, 'queued', ?3, ?4, ?5, ?6, '', ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
    bind_member(insert, 13, run.options.only_member);
    auto done = insert.bind(1, run.export_name)
                    .bind(2, std::string_view(model::to_string(run.trigger)))
                    .bind(3, std::int64_t{run.options.full})
                    .bind(4, std::int64_t{run.options.dry_run})
                    .bind(5, std::int64_t{run.options.hold})
                    .bind(6, run.reason)
                    .bind(7, to_unix(run.queued_at))
                    .bind(8, run.requested_by)
                    .bind(9, run.options.retry_of)
                    .bind(10, run.options.undo_of)
                    .bind(11, std::int64_t{run.options.withdraw})
                    .bind(12, std::int64_t{run.options.even_disabled})
                    .run();
    if (!done) return done.error();
    return db.last_insert_id();
}

}  // namespace

result<model::RunId> queue_run(Database& db, const model::Run& run) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    static const std::string waiting_sql = select_runs(
        "WHERE export = ?1 AND status = 'queued' AND cancel_requested = 0 AND (trigger = 'undo') = ?2 "
        "AND only_member IS ?3 LIMIT 1");
    auto& query = db.prepare(waiting_sql);
    query.bind(1, run.export_name).bind(2, std::int64_t{run.trigger == model::Trigger::undo});
    bind_member(query, 3, run.options.only_member);
    auto waiting = read_runs(query);
    if (!waiting) return waiting.error();
    auto id = waiting->empty() ? insert_run(db, run) : join_waiting(db, waiting->front(), run);
    if (!id) return id;
    if (auto done = transaction->commit(); !done) return done.error();
    return id;
}

result<model::Run> get_run(Database& db, model::RunId id) {
    static const std::string sql = select_runs("WHERE id = ?1");
    auto& query = db.prepare(sql);
    query.bind(1, id);
    auto runs = read_runs(query);
    if (!runs) return runs.error();
    if (runs->empty()) return no_such_run(id);
    return std::move(runs->front());
}

result<std::vector<model::Run>> list_runs(Database& db, std::optional<std::string> export_name,
                                          std::size_t limit) {
    static const std::string of_all = select_runs("ORDER BY id DESC LIMIT ?1");
    static const std::string of_one = select_runs("WHERE export = ?2 ORDER BY id DESC LIMIT ?1");
    auto& query = db.prepare(export_name ? of_one : of_all);
    query.bind(1, static_cast<std::int64_t>(limit));
    if (export_name) query.bind(2, *export_name);
    return read_runs(query);
}

result<std::vector<model::Run>> list_real_runs(Database& db, std::string_view export_name,
                                               std::size_t limit) {
    static const std::string sql = select_runs(
        "WHERE export = ?2 AND option_dry_run = 0 AND only_member IS NULL ORDER BY id DESC LIMIT ?1");
    auto& query = db.prepare(sql);
    query.bind(1, static_cast<std::int64_t>(limit)).bind(2, export_name);
    return read_runs(query);
}

result<std::vector<model::Run>> open_runs(Database& db) {
    static const std::string sql =
        select_runs("WHERE status IN ('queued', 'planning', 'held', 'delivering', 'settling') ORDER BY id");
    return read_runs(db.prepare(sql));
}

result<void> update_run(Database& db, const model::Run& run) {
    auto& update = db.prepare(
        "UPDATE runs SET approved = CASE WHEN ?2 IN ('held', 'planning') AND status <> ?2 THEN ?7 "
        "ELSE max(approved, ?7) END, "
        "status = ?2, reason = ?3, error = ?4, started_at = ?5, finished_at = ?6, "
        "cancel_requested = max(cancel_requested, ?8), requests = ?9, writes = ?10, retries = ?11, "
        "bytes_sent = ?12, provider_jobs = ?13, "
        "n_read = ?14, n_duplicate = ?15, n_invalid = ?16, n_suppressed = ?17, n_unchanged = ?18, "
        "n_added = ?19, n_updated = ?20, n_removed = ?21, n_rejected = ?22, n_not_sent = ?23, "
        "n_values_dropped = ?24, n_removals_put_off = ?25, "
        "p_read = ?26, p_duplicate = ?27, p_invalid = ?28, p_suppressed = ?29, p_unchanged = ?30, "
        "p_added = ?31, p_updated = ?32, p_removed = ?33, p_rejected = ?34, p_not_sent = ?35, "
        "p_values_dropped = ?36, p_removals_put_off = ?37, delivered_before = ?38, try_outcome = ?39, "
        "reason_quotes = ?40 WHERE id = ?1");
    update.bind(1, run.id)
        .bind(2, std::string_view(model::to_string(run.status)))
        .bind(3, run.reason)
        .bind(4, run.error);
    bind_time(update, 5, run.started_at);
    bind_time(update, 6, run.finished_at);
    update.bind(7, std::int64_t{run.approved}).bind(8, std::int64_t{run.cancel_requested});
    bind_traffic(update, 9, run.traffic);
    bind_counts(update, 14, run.counts);
    bind_counts(update, 26, run.planned);
    bind_u64(update, 38, run.delivered_before);
    update.bind(39, std::string_view(model::to_string(run.tried)));
    update.bind(40, static_cast<std::int64_t>(run.reason_quotes));
    if (auto done = update.run(); !done) return done;
    if (db.changes() == 0) return no_such_run(run.id);
    return {};
}

result<void> add_counts(Database& db, model::RunId id, const CountDelta& d, const model::Traffic& traffic) {
    auto& update = db.prepare(
        "UPDATE runs SET n_duplicate = n_duplicate + ?2, n_invalid = n_invalid + ?3, "
        "n_suppressed = n_suppressed + ?4, n_unchanged = n_unchanged + ?5, n_added = n_added + ?6, "
        "n_updated = n_updated + ?7, n_removed = n_removed + ?8, n_rejected = n_rejected + ?9, "
        "n_not_sent = n_not_sent + ?10, n_values_dropped = n_values_dropped + ?11, "
        "n_removals_put_off = n_removals_put_off + ?12, requests = requests + ?13, "
        "writes = writes + ?14, retries = retries + ?15, bytes_sent = bytes_sent + ?16, "
        "provider_jobs = provider_jobs + ?17 WHERE id = ?1");
    update.bind(1, id);
    int at = 2;
    for (std::int64_t n : {d.duplicate, d.invalid, d.suppressed, d.unchanged, d.added, d.updated, d.removed,
                           d.rejected, d.not_sent, d.values_dropped, d.removals_put_off})
        update.bind(at++, n);
    bind_traffic(update, 13, traffic);
    if (auto done = update.run(); !done) return done;
    if (db.changes() == 0) return no_such_run(id);
    return {};
}

result<void> store_plan_revisions(Database& db, model::RunId id, std::int64_t export_revision,
                                  std::int64_t connection_revision) {
    auto done =
        db.prepare("UPDATE runs SET plan_export_revision = ?2, plan_connection_revision = ?3 WHERE id = ?1")
            .bind(1, id)
            .bind(2, export_revision)
            .bind(3, connection_revision)
            .run();
    if (done && db.changes() == 0) return no_such_run(id);
    return done;
}

result<void> request_cancel(Database& db, model::RunId id) {
    auto run = get_run(db, id);
    if (!run) return run.error();
    if (model::is_final(run->status))
        return make_error(Errc::wrong_state,
                          "run " + std::to_string(id) + " is over (" + model::to_string(run->status) + ")");
    return db.prepare("UPDATE runs SET cancel_requested = 1 WHERE id = ?1").bind(1, id).run();
}

result<void> approve(Database& db, model::RunId id) {
    auto run = get_run(db, id);
    if (!run) return run.error();
    if (run->status != model::RunStatus::held)
        return make_error(Errc::wrong_state, "run " + std::to_string(id) + " is not held (" +
                                                 model::to_string(run->status) + ")");
    return db.prepare("UPDATE runs SET approved = 1 WHERE id = ?1").bind(1, id).run();
}

}  // namespace audienced::store
