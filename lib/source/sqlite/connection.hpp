// A SQLite file opened so that nothing in it can be changed.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

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
    /// Errors: not_ready (no such file, not a database, no permission).
    static result<std::unique_ptr<Connection>> open(const std::string& path, std::uint64_t busy_seconds,
                                                    std::stop_token stop);

    /// Begins the one read transaction and gives the id of the state it sees. Errors: not_ready.
    result<std::string> begin();
    /// One statement that reads and gives columns; anything else is refused. Errors: usage, not_found,
    /// not_ready.
    result<StatementPtr> prepare(std::string_view sql);
    /// True while there is a row. Errors: not_ready, cancelled.
    result<bool> step(sqlite3_stmt*);
    /// Errors: source_changed, if another file stands under the name by now.
    result<void> same_file() const;

private:
    Connection(std::string path, std::uint64_t busy_seconds, std::stop_token stop);
    Error failure(int code) const;
    result<std::string> fingerprint() const;
    static int on_busy(void* self, int count);

    std::string path_;
    std::uint64_t busy_seconds_;
    std::stop_token stop_;
    std::string file_;  // device and inode
    std::unique_ptr<sqlite3, CloseDatabase> handle_;
};

/// Names of the columns that a statement gives.
std::vector<std::string> column_names(sqlite3_stmt*);

}  // namespace audienced::source::sqlite
