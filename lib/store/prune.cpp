#include "store/prune.hpp"

#include <optional>
#include <string>
#include <vector>

#include "store/query.hpp"

namespace audienced::store {
namespace {

constexpr std::int64_t acts_at_once = 20;  // each has up to some hundred thousand bytes

result<std::optional<std::int64_t>> first_id(Statement& query) {
    std::optional<std::int64_t> id;
    auto read = first_row(query, [&](const Statement& s) { id = s.integer(0); });
    if (!read) return read.error();
    return id;
}

/// Removes at most so many rows of the run; how many there were.
result<std::int64_t> remove_rows(Database& db, const char* sql, std::int64_t run, std::int64_t limit) {
    auto done = db.prepare(sql).bind(1, run).bind(2, limit).run();
    if (!done) return done.error();
    return db.changes();
}

result<std::int64_t> remove_rejects(Database& db, std::int64_t run, std::int64_t slice) {
    auto removed = remove_rows(
        db, "DELETE FROM rejects WHERE id IN (SELECT id FROM rejects WHERE run = ?1 LIMIT ?2)", run, slice);
    if (!removed || *removed == slice) return removed;
    auto none = db.prepare("UPDATE reject_kinds SET kept = 0 WHERE run = ?1").bind(1, run).run();
    if (!none) return none.error();
    return removed;
}

result<bool> prune_rejects(Database& db, SysTime before, std::int64_t slice) {
    auto& query = db.prepare(
        "SELECT id FROM runs WHERE finished_at < ?1 AND EXISTS (SELECT 1 FROM rejects WHERE run = runs.id) "
        "LIMIT 1");
    query.bind(1, to_unix(before));
    auto run = first_id(query);
    if (!run) return run.error();
    if (!*run) return false;
    auto removed = remove_rejects(db, **run, slice);
    if (!removed) return removed.error();
    return true;
}

result<bool> prune_runs(Database& db, SysTime before, std::int64_t slice) {
    auto& query = db.prepare(
        "SELECT id FROM runs r WHERE finished_at < ?1 "
        "AND status NOT IN ('queued', 'planning', 'held', 'delivering', 'settling') "
        "AND NOT EXISTS (SELECT 1 FROM intents i WHERE i.run = r.id) "
        "AND NOT EXISTS (SELECT 1 FROM retries t WHERE t.run = r.id) "
        "AND NOT EXISTS (SELECT 1 FROM runs u WHERE u.undo_of = r.id AND u.undo_of <> 0 AND u.finished_at IS "
        "NULL) "
        "AND NOT (r.id = (SELECT max(n.id) FROM runs n WHERE n.export = r.export) "
        "AND EXISTS (SELECT 1 FROM exports e WHERE e.name = r.export)) ORDER BY id LIMIT 1");
    query.bind(1, to_unix(before));
    auto run = first_id(query);
    if (!run) return run.error();
    if (!*run) return false;
    auto acts = remove_rows(db, "DELETE FROM acts WHERE id IN (SELECT id FROM acts WHERE run = ?1 LIMIT ?2)",
                            **run, acts_at_once);
    if (!acts) return acts.error();
    if (*acts > 0) return true;
    auto rejects = remove_rejects(db, **run, slice);
    if (!rejects) return rejects.error();
    if (*rejects > 0) return true;
    auto gone = db.prepare("DELETE FROM runs WHERE id = ?1").bind(1, **run).run();
    if (!gone) return gone.error();
    return true;
}

struct RemovedContact {
    std::int64_t destination = 0;
    std::string member;
    bool needed = false;
};

/// Of members that a call took out so long ago that no act says so any more.
result<bool> prune_addresses(Database& db, SysTime before, std::int64_t slice) {
    auto& query = db.prepare(
        "SELECT destination, member, "
        "EXISTS (SELECT 1 FROM groups g JOIN memberships m ON m.group_no = g.no AND m.member = c.member "
        "WHERE g.destination = c.destination AND m.state IN (1, 2, 8)) OR "
        "EXISTS (SELECT 1 FROM exports e JOIN delivered d ON d.export_id = e.id AND d.member = c.member "
        "WHERE e.bound_to = c.destination) "
        "FROM contacts c WHERE removed_at < ?1 LIMIT ?2");
    query.bind(1, to_unix(before)).bind(2, slice);
    std::vector<RemovedContact> found;
    auto read = each_row(query, [&](const Statement& s) {
        found.push_back({s.integer(0), s.blob(1), s.integer(2) != 0});
    });
    if (!read) return read.error();
    for (const RemovedContact& contact : found) {
        auto done = db.prepare(
                          "UPDATE contacts SET removed_at = NULL, address = CASE WHEN ?3 THEN address END "
                          "WHERE destination = ?1 AND member = ?2")
                        .bind(1, contact.destination)
                        .bind_blob(2, contact.member)
                        .bind(3, std::int64_t{contact.needed})
                        .run();
        if (!done) return done.error();
    }
    return !found.empty();
}

}  // namespace

result<bool> prune_step(Database& db, PruneBefore before, std::size_t slice) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    const auto rows = static_cast<std::int64_t>(slice);
    auto more = prune_rejects(db, before.rejects, rows);
    if (more && !*more) more = prune_runs(db, before.runs, rows);
    if (more && !*more) more = prune_addresses(db, before.runs, rows);
    if (!more) return more;
    if (auto done = transaction->commit(); !done) return done.error();
    return more;
}

}  // namespace audienced::store
