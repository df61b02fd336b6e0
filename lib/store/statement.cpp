#include <sqlite3.h>

#include <stdexcept>
#include <utility>

#include "store/database.hpp"
#include "store/sqlite_error.hpp"

namespace audienced::store {

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), handle_(std::exchange(other.handle_, nullptr)), failure_(other.failure_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
    if (this != &other) {
        sqlite3_finalize(handle_);
        db_ = other.db_;
        handle_ = std::exchange(other.handle_, nullptr);
        failure_ = other.failure_;
    }
    return *this;
}

Statement::~Statement() {
    sqlite3_finalize(handle_);
}

void Statement::must_bind(int outcome) const {
    if (handle_ != nullptr && outcome != SQLITE_OK)
        throw std::logic_error(std::string("a value cannot be bound: ") + sqlite3_errstr(outcome));
}

Statement& Statement::bind(int index, std::int64_t value) {
    if (handle_ != nullptr) must_bind(sqlite3_bind_int64(handle_, index, value));
    return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
    // A null pointer would bind NULL.
    const char* bytes = text.data() == nullptr ? "" : text.data();
    if (handle_ != nullptr)
        must_bind(sqlite3_bind_text64(handle_, index, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    if (handle_ != nullptr)
        must_bind(sqlite3_bind_blob64(handle_, index, data, bytes.size(), SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bind_null(int index) {
    if (handle_ != nullptr) must_bind(sqlite3_bind_null(handle_, index));
    return *this;
}

result<bool> Statement::step() {
    if (handle_ == nullptr) return sqlite_error(db_, "read or write", failure_);
    switch (const int rc = sqlite3_step(handle_)) {
        case SQLITE_ROW:
            return true;
        case SQLITE_DONE:
            return false;
        default: {
            Error e = sqlite_error(db_, "read or write", rc);
            sqlite3_reset(handle_);
            return e;
        }
    }
}

result<void> Statement::run() {
    auto row = step();
    reset();
    if (!row) return row.error();
    return {};
}

void Statement::reset() {
    if (handle_ == nullptr) return;
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(handle_, column);
}

std::string Statement::text(int column) const {
    return blob(column);
}
std::string Statement::blob(int column) const {
    return std::string(blob_view(column));
}

std::string_view Statement::blob_view(int column) const {
    const void* bytes = sqlite3_column_blob(handle_, column);
    const int size = sqlite3_column_bytes(handle_, column);
    return bytes == nullptr
               ? std::string_view()
               : std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

}  // namespace audienced::store
