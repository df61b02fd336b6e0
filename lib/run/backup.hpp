// A backup while runs deliver: a checked copy of the database, read piece by piece.
#pragma once

#include <memory>
#include <string>

#include "run/environment.hpp"
#include "store/audit.hpp"
#include "store/backup.hpp"

namespace audienced::run {

/// A copy that is whole. While it exists no other backup begins.
class Backup {
public:
    Backup(Environment& env, store::BackupFile file, std::shared_ptr<void> only_one)
        : env_(env), file_(std::move(file)), only_one_(std::move(only_one)) {}
    std::uint64_t size() const { return file_.size; }
    /// Empty at its end. Errors: store_failed.
    awaitable<result<std::string>> next();

private:
    Environment& env_;
    store::BackupFile file_;
    std::shared_ptr<void> only_one_;
    std::uint64_t at_ = 0;
};

/// Makes one backup at a time. Io thread only.
class Backups {
public:
    /// Cancelled with its caller: then nothing is left of it. `by` becomes a row of the audit once the copy
    /// is made. Errors: wrong_state (another one is being made), store_*, cancelled.
    awaitable<result<std::unique_ptr<Backup>>> make(Environment& env, std::string state_dir,
                                                    store::AuditRow by);

private:
    std::weak_ptr<void> under_way_;
};

}  // namespace audienced::run
