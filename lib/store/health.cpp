#include "store/health.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include "store/backup.hpp"
#include "store/check.hpp"
#include "store/migrate.hpp"

namespace audienced::store {
namespace {

int asked_to_stop(void* stop) {
    return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

result<void> check_everything(Database& db, bool full) {
    if (auto sound = full ? check_integrity(db) : quick_check(db); !sound) return sound;
    return check_schema(db);
}

result<void> read_audit(Database& db, const vault::Vault& vault, const std::optional<AuditHead>& head,
                        const std::stop_token& stop, AuditChain& chain) {
    constexpr std::size_t page = 1000;
    while (!chain.at_end) {
        if (stop.stop_requested()) return make_error(Errc::cancelled, "the look at the audit was ended");
        if (auto read = check_next_audit_rows(db, vault, chain, page); !read) return read;
    }
    return head ? check_audit_head(db, *head, chain) : result<void>();
}

}  // namespace

result<Health> examine(const std::string& state_dir, const vault::Vault& vault, bool full,
                       std::stop_token stop) {
    const std::string file = state_dir + "/audienced.db";
    struct stat s {};
    // Opening would make a new one.
    if (::lstat(file.c_str(), &s) != 0) return make_error(Errc::not_found, "there is no file " + file);
    // Before the rows: what is added meanwhile is newer than it.
    auto head = read_audit_head(audit_head_path(state_dir), vault);
    Health out;
    if (head)
        out.has_head = head->has_value();
    else
        out.head_fault = head.error();
    auto db = Database::open(file);
    if (!db && db.error().code != Errc::store_corrupt) return db.error();
    if (!db) {
        out.damage = db.error();
        out.audit_unread = db.error();
        return out;
    }
    // The daemon has 96 MB for everything.
    if (auto set = db->execute("PRAGMA cache_size = -2048; PRAGMA query_only = ON"); !set) return set.error();
    sqlite3_progress_handler(db->handle(), 10'000, asked_to_stop, &stop);
    auto sound = check_everything(*db, full);
    if (stop.stop_requested()) return make_error(Errc::cancelled, "the look at the database was ended");
    if (!sound) out.damage = sound.error();
    auto read = read_audit(*db, vault, head ? *head : std::nullopt, stop, out.audit);
    if (!read && read.error().code == Errc::cancelled) return read.error();
    if (!read) out.audit_unread = read.error();
    return out;
}

}  // namespace audienced::store
