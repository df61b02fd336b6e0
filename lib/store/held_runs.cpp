#include "store/held_runs.hpp"

#include "store/permission.hpp"
#include "store/query.hpp"
#include "store/runs.hpp"

namespace audienced::store {
namespace {

/// The connection that the export has now. A plan without revisions is held to the state alone.
result<Permission> permission_of(Database& db, const model::Run& run) {
    auto& query = db.prepare(
        "SELECT e.connection, e.revision, c.revision FROM exports e LEFT JOIN connections c "
        "ON c.name = e.connection WHERE e.name = ?1");
    query.bind(1, run.export_name);
    Permission p;
    p.export_name = run.export_name;
    p.even_disabled = run.options.even_disabled;
    auto read = first_row(query, [&](const Statement& s) {
        p.connection = s.text(0);
        p.export_revision = run.plan_export_revision.value_or(s.integer(1));
        p.connection_revision = run.plan_connection_revision.value_or(s.integer(2));
    });
    if (!read) return read.error();
    return p;
}

result<void> end_as_expired(Database& db, model::Run& run, std::string_view why, SysTime now) {
    run.status = model::RunStatus::cancelled;
    run.reason = why;
    run.reason_quotes = Quotes::nothing;
    run.finished_at = now;
    run.counts = model::counts_of_unfinished(run);
    if (auto written = update_run(db, run); !written) return written;
    return remove_batches(db, run.id);
}

}  // namespace

result<void> check_held_plan(Database& db, const model::Run& run) {
    auto permission = permission_of(db, run);
    if (!permission) return permission.error();
    auto good = check_plan(db, *permission);
    if (good) return check_permission(db, *permission);
    Error why = good.error();
    if (why.code == Errc::plan_expired) why.hint = "for a new plan: audiencectl run " + run.export_name;
    if (why.code == Errc::wrong_state) why.code = Errc::plan_expired;
    if (why.code == Errc::plan_expired) why.message = "its plan has expired: " + why.message;
    return why;
}

result<std::vector<model::Run>> expire_held_runs(Database& db, std::string_view export_name,
                                                 std::string_view why, SysTime now) {
    auto open = open_runs(db);
    if (!open) return open.error();
    std::vector<model::Run> ended;
    for (model::Run& run : *open) {
        if (run.status != model::RunStatus::held || run.export_name != export_name) continue;
        if (auto done = end_as_expired(db, run, "its plan has expired: " + std::string(why), now); !done)
            return done.error();
        ended.push_back(std::move(run));
    }
    return ended;
}

result<std::vector<model::Run>> expire_stale_runs(Database& db, const std::vector<model::Run>& held,
                                                  SysTime now) {
    std::vector<model::Run> ended;
    for (model::Run run : held) {
        auto good = check_held_plan(db, run);
        if (good || good.error().code == Errc::wrong_state) continue;
        if (good.error().code != Errc::plan_expired) return good.error();
        if (auto done = end_as_expired(db, run, good.error().text(), now); !done) return done.error();
        ended.push_back(std::move(run));
    }
    return ended;
}

result<std::vector<model::Run>> end_runs(Database& db, std::vector<model::Run> runs, std::string_view reason,
                                         SysTime now) {
    for (model::Run& run : runs)
        if (auto done = end_as_expired(db, run, reason, now); !done) return done.error();
    return runs;
}

}  // namespace audienced::store
