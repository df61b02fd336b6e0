#include "store/note_start.hpp"

#include <algorithm>

#include "store/keys.hpp"
#include "store/migrate.hpp"

namespace audienced::store {
namespace {

std::string schema_json(int version) {
    return "{\"schema\":" + std::to_string(version) + "}";
}

class StartNotes {
public:
    StartNotes(Database& db, const vault::Vault& vault, SysTime now) : db_(db), vault_(vault), now_(now) {}

    result<void> schema(int before) {
        auto now = schema_version(db_);
        if (!now) return now.error();
        if (*now == before) return {};
        return add(before == 0 ? "database created" : "database migrated", "database",
                   before == 0 ? "" : schema_json(before), schema_json(*now));
    }

    result<void> key(const std::string& before) {
        if (before.empty() || before == vault_.key_id()) return {};
        return add("master key changed", "master-key", audit_json({{"key_id", before}}),
                   audit_json({{"key_id", vault_.key_id()}}));
    }

    /// `kept`: beside the database; nothing: no such file, or not ours.
    result<void> audit(const std::optional<AuditHead>& kept, int schema_before) {
        auto head = audit_head_of(db_);
        if (!head) return head.error();
        auto given = audit_numbers_given(db_);
        if (!given) return given.error();
        const std::int64_t last = std::max(*given, kept ? kept->seq : 0);
        if (last > head->seq) {
            AuditRow row =
                own_audit_row(now_, rows_missing, "audit", newest_json(last), newest_json(head->seq));
            row.seq = last + 1;
            doubt_ = "rows " + std::to_string(head->seq + 1) + " to " + std::to_string(last) +
                     " of the audit are missing";
            return add_audit(db_, vault_, row);
        }
        // The first start of a database writes a row: one without any has lost them.
        if (head->seq == 0 && schema_before > 0) {
            doubt_ = "the audit is empty, and the database is not new";
            return add(audit_emptied, "audit", "", newest_json(0));
        }
        if (kept || head->seq == 0) return {};
        doubt_ =
            "the file audit-head is missing or was not written by this daemon, so rows that were removed "
            "at the end of the audit would not show";
        return add(head_missing, "audit", "", newest_json(head->seq));
    }
    const std::string& doubt() const { return doubt_; }

private:
    result<void> add(std::string action, std::string object, std::string before, std::string after) {
        return add_own_audit(db_, vault_, now_, std::move(action), std::move(object), std::move(before),
                             std::move(after));
    }

    Database& db_;
    const vault::Vault& vault_;
    SysTime now_;
    std::string doubt_;
};

}  // namespace

result<std::string> note_start(Database& db, const vault::Vault& vault, SysTime now, const StartFacts& facts,
                               const std::string& head_path) {
    auto kept = read_audit_head(head_path, vault);
    if (!kept && kept.error().code != Errc::store_corrupt) return kept.error();
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    StartNotes notes(db, vault, now);
    // First what is missing: the rows that follow would be given its numbers.
    if (auto done = notes.audit(kept ? *kept : std::nullopt, facts.schema_before); !done) return done.error();
    if (auto done = notes.schema(facts.schema_before); !done) return done.error();
    if (auto done = notes.key(facts.key_id_before); !done) return done.error();
    if (auto done = transaction->commit(); !done) return done.error();
    auto head = audit_head_of(db);
    if (!head) return head.error();
    // A full disk keeps no daemon from starting; doctor says that the file fell behind.
    if (!kept || !*kept || **kept != *head) (void)write_audit_head(head_path, vault, *head);
    return notes.doubt();
}

}  // namespace audienced::store
