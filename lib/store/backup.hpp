#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// A whole, checked, durable copy under `path` (0600, absolute), or none: written beside it, checked, synced,
/// renamed. It has no trace of deleted rows. The master key is not in it. Replaces a file that is there.
/// Outside of transactions. Errors: store_corrupt (the copy does not pass the check: the original is
/// damaged), store_full, store_failed.
result<void> backup_to(Database&, const std::string& path);

/// A backup of a database that others work with.
struct BackupRequest {
    std::string state_dir;
    std::string by;  // who asked for it, and when: noted in the copy
    SysTime at;
    std::stop_token stop;
};
/// A whole, checked copy without a name: it is gone when the descriptor is closed, whatever ends the process.
struct BackupFile {
    explicit BackupFile(int descriptor, std::uint64_t bytes) : fd(descriptor), size(bytes) {}
    BackupFile(BackupFile&&) noexcept;
    BackupFile& operator=(BackupFile&&) = delete;
    ~BackupFile();
    int fd;
    std::uint64_t size;
};
/// By a connection of its own, so that runs go on. Blocks for long. Errors: store_full (says how much it
/// takes), store_corrupt, store_failed, cancelled.
result<BackupFile> make_backup(const BackupRequest&);
/// What a crash left of a copy that was being made, or put back.
void remove_unfinished_backups(const std::string& state_dir);

/// Bytes that a copy takes, and that are free for it beside the database.
struct BackupRoom {
    std::uint64_t needed = 0, free = 0;
    bool enough() const { return needed <= free; }
};
result<BackupRoom> room_for_backup(Database&, const std::string& state_dir);

/// Every page and every index (seconds for a large file). Errors: store_corrupt.
result<void> check_integrity(Database&);

/// Empties the write-ahead log, so that what was deleted is on no page any more. Does not wait for others.
/// Errors: store_busy (another program reads: try again later).
result<void> scrub(Database&);

}  // namespace audienced::store
