// What a restored state must not go on with.
#include "store/prepare_restored.hpp"

#include "store/audit_head.hpp"
#include "store/held_runs.hpp"
#include "store/query.hpp"
#include "store/runs.hpp"

namespace audienced::store {
namespace {

/// Runs and messages of the lost time have numbers that are not used again.
constexpr std::int64_t runs_skipped = 1'000, messages_skipped = 1'000'000;

/// A copy that was not made by `audiencectl backup` does not say when: its last entry does.
result<SysTime> last_entry(Database& db) {
    auto& query = db.prepare(
        "SELECT max(coalesce((SELECT max(at) FROM audit), 0), coalesce((SELECT max(coalesce(finished_at, "
        "queued_at)) "
        "FROM runs), 0))");
    SysTime at;
    auto read = first_row(query, [&](const Statement& s) { at = from_unix(s.integer(0)); });
    if (!read) return read.error();
    return at;
}

result<void> note_origin(Database& db, const RestoreRequest& request, Restored& out) {
    auto origin = get_origin(db);
    if (!origin) return origin.error();
    // The backup may be of a state that was itself waiting for forgets to be repeated.
    auto to_repeat = forgets_to_repeat(db);
    if (!to_repeat) return to_repeat.error();
    out.forgets_lost_since = *to_repeat;
    if (*origin) {
        out.backup_at = (*origin)->backup_at;
        out.backup_by = (*origin)->backup_by;
    } else {
        auto at = last_entry(db);
        if (!at) return at.error();
        out.backup_at = *at;
    }
    return db
        .prepare(
            "INSERT OR REPLACE INTO origin(only_one, backup_at, backup_by, restored_at, restored_by, "
            "announced) "
            "VALUES(1, ?1, ?2, ?3, ?4, 0)")
        .bind(1, to_unix(out.backup_at))
        .bind(2, out.backup_by)
        .bind(3, to_unix(request.now))
        .bind(4, request.by)
        .run();
}

result<std::vector<std::string>> names(Database& db, const char* sql) {
    std::vector<std::string> all;
    auto read =
        each_row(db.prepare(std::string_view(sql)), [&](const Statement& s) { all.push_back(s.text(0)); });
    if (!read) return read.error();
    return all;
}

result<void> cancel_runs(Database& db, const RestoreRequest& request, Restored& out) {
    auto open = open_runs(db);
    if (!open) return open.error();
    out.runs = open->size();
    const std::string why =
        "the state was restored from the backup of " + to_iso8601(out.backup_at) +
        ": what this run planned is not known to be right any more; the next run plans anew";
    auto ended = end_runs(db, std::move(*open), why, request.now);
    return ended ? result<void>{} : ended.error();
}

/// Rows that were written after the backup are missing from now on, and are said to be.
result<void> note_missing_rows(Database& db, const vault::Vault& vault, const RestoreRequest& request) {
    auto kept = read_audit_head(audit_head_path(request.state_dir), vault);
    if (!kept || !*kept) return {};  // of another machine: the next start says that it is missing
    auto head = audit_head_of(db);
    if (!head) return head.error();
    if ((*kept)->seq <= head->seq) return {};
    AuditRow row;
    row.at = request.now;
    row.user = "audienced";
    row.action = rows_missing;
    row.object = "audit";
    row.before = newest_json((*kept)->seq);
    row.after = newest_json(head->seq);
    row.seq = (*kept)->seq + 1;
    return add_audit(db, vault, row);
}

result<void> note_in_audit(Database& db, const vault::Vault& vault, const RestoreRequest& request,
                           const Restored& out) {
    if (auto noted = note_missing_rows(db, vault, request); !noted) return noted;
    AuditRow audit;
    audit.at = request.now;
    audit.uid = request.uid;
    audit.user = request.by;
    audit.action = "restore";
    audit.object = "database";
    audit.after = audit_json({{"backup_at", to_iso8601(out.backup_at)}});
    return add_audit(db, vault, audit);
}

}  // namespace

result<void> prepare_restored(Database& db, const vault::Vault& vault, const RestoreRequest& request,
                              Restored& out) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto noted = note_origin(db, request, out); !noted) return noted;
    if (auto ended = cancel_runs(db, request, out); !ended) return ended;
    auto asking = names(db, "SELECT name FROM exports WHERE existing = 'add' ORDER BY name");
    if (!asking) return asking.error();
    out.asking = std::move(*asking);
    auto sign_ins = names(db, "SELECT name FROM connections WHERE auth = 'oauth' ORDER BY name");
    if (!sign_ins) return sign_ins.error();
    out.sign_ins = std::move(*sign_ins);
    auto batches = names(db, "SELECT id FROM intents");
    if (!batches) return batches.error();
    out.open_batches = batches->size();
    for (const std::string& sql :
         {// Looks read everything, and the members of every group are read again before one is removed.
          std::string("UPDATE destinations SET full_at = NULL, restored = 1"),
          std::string("UPDATE groups SET scanned = 0, had_members = max(had_members, is_list)"),
          std::string("UPDATE exports SET restored = 1, revision = revision + 1"),
          // Nothing tells a contact that left the list in the lost time from one that never was on it.
          std::string("UPDATE exports SET existing = 'ask' WHERE existing = 'add'"),
          // The jobs of the lost time are not known: one of the same size could be taken for a lost one.
          std::string("UPDATE intents SET restored = 1"), std::string("DELETE FROM retries"),
          std::string("DELETE FROM refresh_round"), std::string("DELETE FROM tellings"),
          "UPDATE telling_ids SET next_id = next_id + " + std::to_string(messages_skipped),
          "UPDATE sqlite_sequence SET seq = seq + " + std::to_string(runs_skipped) + " WHERE name = 'runs'"})
        if (auto done = db.execute(sql.c_str()); !done) return done;
    if (auto noted = note_in_audit(db, vault, request, out); !noted) return noted;
    return transaction->commit();
}

}  // namespace audienced::store
