// A SQLite file opened so that nothing in it or beside it can be changed, and one read transaction of it.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "source/sqlite/files.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace audienced::source::sqlite {

struct CloseDatabase {
    void operator()(sqlite3*) const noexcept;
};
struct FinalizeStatement {
    void operator()(sqlite3_stmt*) const noexcept;
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// One read-only connection. Every call looks at the stop token it was made with. One thread.
class Connection {
public:
    /// Opens the file and begins the one read transaction. Errors: not_ready (no such file, no database, no
    /// permission, busy), cancelled.
    static result<std::unique_ptr<Connection>> open(const std::string& path, std::uint64_t busy_seconds,
                                                    std::stop_token stop);

    /// The id of the state that the transaction sees.
    std::string snapshot() const { return stamps_.file + "/" + stamps_.log; }
    /// One statement that reads and gives columns; anything else is refused. Errors: usage, not_found,
    /// not_ready.
    result<StatementPtr> prepare(std::string_view sql);
    /// True while there is a row. Errors: not_ready, source_changed, cancelled.
    result<bool> step(sqlite3_stmt*);
    /// To be asked when all is read. Errors: source_changed, if another file stands under the name by now, or
    /// it was written to although nothing kept what was read.
    result<void> unchanged() const;

private:
    Connection(Files files, std::uint64_t busy_seconds, std::stop_token stop);
    result<void> begin();
    result<void> open_handle(const char* parameters);
    result<Way> choose_way();
    result<void> begin_transaction();
    result<void> wait_until_quiet();
    std::string head() const;
    Error failure(int code, std::string_view sql = {}) const;
    static int on_busy(void* self, int count);

    Files files_;
    std::uint64_t busy_seconds_;
    std::stop_token stop_;
    Way way_ = Way::shared_lock;
    Files::Stamps stamps_;  // of what the transaction sees
    bool begun_ = false;
    std::unique_ptr<sqlite3, CloseDatabase> handle_;
};

/// Names of the columns that a statement gives.
std::vector<std::string> column_names(sqlite3_stmt*);

}  // namespace audienced::source::sqlite
