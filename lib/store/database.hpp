// SQLite, wrapped: handles own themselves, errors are values, statements bind copies.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace audienced::store {

/// A prepared statement. Misuse (wrong column, wrong index) throws: a bug. Store thread only.
class Statement {
public:
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) noexcept;
    ~Statement();

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::string_view text);
    Statement& bind_blob(int index, std::string_view bytes);
    Statement& bind_null(int index);
    /// true: a row is there. Errors: store_busy, store_full, store_corrupt, store_failed, wrong_state (a
    /// constraint).
    result<bool> step();
    /// Runs a statement that gives no rows, and resets it for the next bind.
    result<void> run();
    void reset();

    std::int64_t integer(int column) const;
    std::string text(int column) const;
    std::string blob(int column) const;
    std::string_view blob_view(int column) const;  // valid until the next step
    bool is_null(int column) const;

private:
    friend class Database;
    Statement(sqlite3* db, sqlite3_stmt* handle, int failure) : db_(db), handle_(handle), failure_(failure) {}
    void must_bind(int outcome) const;
    sqlite3* db_;
    sqlite3_stmt* handle_;  // null: a damaged or busy file kept it from being prepared; step() says so
    int failure_;
};

/// So long a statement waits for a lock that another program has.
constexpr int busy_patience_ms = 5000;

class Database {
public:
    /// Opens or creates the file 0600: WAL, synchronous=FULL, foreign keys, secure_delete, trusted_schema
    /// off. Does not migrate; see migrate.hpp. Errors: store_corrupt names the file; store_failed; bad_config
    /// (a database that is not ours) and wrong_state (of a newer version): not one byte of the file is
    /// changed then.
    static result<Database> open(const std::string& path);
    static result<Database> in_memory();
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    /// Throws on SQL that does not compile: a bug. Cached by text: preparing again costs a look-up, and
    /// resets it.
    Statement& prepare(std::string_view sql);
    /// The same for a literal, told by where it lies: a million look-ups by a long text cost more than what
    /// they find.
    template <std::size_t size>
    Statement& prepare(const char (&literal)[size]) {
        return prepare_literal(literal, size - 1);
    }
    result<void> execute(const char* sql);
    std::int64_t last_insert_id() const;
    std::int64_t changes() const;
    sqlite3* handle() const noexcept;
    /// Counts the rows of the audit that were added by this handle, also those that were rolled back since.
    void count_audit_row() noexcept;
    std::uint64_t audit_rows_added() const noexcept;
    /// The number of a row of the audit that was committed. The next row gets a later one, so that rows which
    /// another program removes meanwhile leave a hole.
    void know_audit_row(std::int64_t seq) noexcept;
    std::int64_t known_audit_row() const noexcept;

private:
    Statement& prepare_literal(const char* literal, std::size_t size);
    struct State;
    explicit Database(std::unique_ptr<State>);
    std::unique_ptr<State> state_;
};

/// BEGIN IMMEDIATE ... COMMIT, or a savepoint where one is open already; rolls back if it is destroyed open.
/// After an error of commit() the rows may or may not be there: close, reopen, read the truth.
class Transaction {
public:
    static result<Transaction> begin(Database& db);
    /// For many reads: without one, each takes and gives back the locks of the file.
    static result<Transaction> begin_reading(Database& db);
    Transaction(Transaction&&) noexcept;
    ~Transaction();
    result<void> commit();

private:
    static result<Transaction> begin(Database& db, const char* sql);
    Transaction(Database& db, bool nested) : db_(&db), nested_(nested) {}
    Database* db_;  // null: committed or moved from
    bool nested_;
};

}  // namespace audienced::store
