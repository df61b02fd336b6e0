#include <sqlite3.h>

#include <utility>

#include "store/database.hpp"

namespace audienced::store {

result<Transaction> Transaction::begin(Database& db) {
    // IMMEDIATE: a read that turns into a write fails at once when another connection wrote meanwhile,
    // timeout or not.
    return begin(db, "BEGIN IMMEDIATE");
}

result<Transaction> Transaction::begin_reading(Database& db) {
    return begin(db, "BEGIN");
}

result<Transaction> Transaction::begin(Database& db, const char* sql) {
    const bool nested = sqlite3_get_autocommit(db.handle()) == 0;
    auto begun = db.prepare(nested ? "SAVEPOINT step" : sql).run();
    if (!begun) return begun.error();
    return Transaction(db, nested);
}

Transaction::Transaction(Transaction&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)), nested_(other.nested_) {}

result<void> Transaction::commit() {
    auto done = db_->prepare(nested_ ? "RELEASE step" : "COMMIT").run();
    if (!done) return done.error();  // the destructor rolls back what is still open
    db_ = nullptr;
    return {};
}

Transaction::~Transaction() {
    // After some failures SQLite has rolled back by itself.
    if (db_ == nullptr || sqlite3_get_autocommit(db_->handle()) != 0) return;
    sqlite3_exec(db_->handle(), nested_ ? "ROLLBACK TO step; RELEASE step" : "ROLLBACK", nullptr, nullptr,
                 nullptr);
}

}  // namespace audienced::store
