#include "store/unfinished_forgets.hpp"

#include "store/backup.hpp"
#include "store/query.hpp"

namespace audienced::store {

result<void> note_unfinished(Database& db, const MemberHash& member) {
    return db.prepare("INSERT OR REPLACE INTO unfinished_forgets(member, erased) VALUES(?1, 0)")
        .bind_blob(1, member.view())
        .run();
}

result<std::vector<MemberHash>> unfinished_forgets(Database& db) {
    std::vector<MemberHash> members;
    auto& query = db.prepare("SELECT member FROM unfinished_forgets WHERE erased = 0 ORDER BY member");
    auto read =
        each_row(query, [&](const Statement& s) { members.push_back(MemberHash::from(s.blob_view(0))); });
    if (!read) return read.error();
    return members;
}

result<void> set_erased(Database& db, const std::vector<MemberHash>& members) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    for (const MemberHash& member : members) {
        auto done = db.prepare("UPDATE unfinished_forgets SET erased = 1 WHERE member = ?1")
                        .bind_blob(1, member.view())
                        .run();
        if (!done) return done;
    }
    return transaction->commit();
}

result<bool> must_empty_log(Database& db) {
    return first_row(db.prepare("SELECT 1 FROM unfinished_forgets WHERE erased = 1 LIMIT 1"),
                     [](const Statement&) {});
}

result<void> finish_by_emptying_log(Database& db) {
    if (auto emptied = scrub(db); !emptied) return emptied;
    return db.prepare("DELETE FROM unfinished_forgets WHERE erased = 1").run();
}

}  // namespace audienced::store
