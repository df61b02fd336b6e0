#pragma once

#include <string>

#include "base/error.hpp"

namespace audienced::store {

/// One daemon per state directory: flock on STATE_DIR/lock, which the kernel frees whatever ends the process.
/// (Not on the database: closing any descriptor of it drops SQLite's locks.)
class StateLock {
public:
    /// Errors: store_busy (names the process that holds it), store_failed.
    static result<StateLock> take(const std::string& state_dir);
    StateLock(StateLock&& other) noexcept;
    StateLock& operator=(StateLock&& other) noexcept;
    ~StateLock();

private:
    explicit StateLock(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace audienced::store
