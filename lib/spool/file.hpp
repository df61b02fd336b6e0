// The spool of one run on disk, 0600: one file of upserts, two for each group, one of ledger corrections. A
// cache: losing it costs a new plan. Files: DIR/run-<id>.<part>, part = "upsert", "join-<bit>",
// "leave-<bit>", "forget".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/run.hpp"
#include "store/runs.hpp"

namespace audienced::spool {

/// Appends with a buffer of its own. Errors: store_full, store_failed.
class Writer {
public:
    static result<Writer> create(const std::string& path);
    Writer(Writer&&) noexcept;
    ~Writer();
    result<void> append(std::string_view bytes);
    std::uint64_t size() const noexcept { return size_; }
    /// Everything is on the disk when it returns.
    result<void> finish();

private:
    explicit Writer(int fd) : fd_(fd) {}
    result<void> flush();
    int fd_ = -1;
    std::string buffer_;
    std::uint64_t size_ = 0;
};

std::string upsert_part();
std::string join_part(int bit);
std::string leave_part(int bit);
std::string forget_part();
std::string part_path(const std::string& dir, model::RunId run, std::string_view part);
/// `bytes` bytes at `offset`. Errors: not_ready when the file is gone or shorter: plan anew.
result<std::string> read_part(const std::string& path, std::uint64_t offset, std::uint64_t bytes);
/// The records of a batch: those of its members, then those of its leavers. Errors: as read_part().
result<std::string> read_batch(const std::string& dir, const store::BatchRow& batch);
/// Overwrites nothing, just unlinks: what of the run's parts exists.
void remove_run(const std::string& dir, model::RunId run);
/// Files of runs that are not in `keep` (what a crash left behind).
void remove_strays(const std::string& dir, const std::vector<model::RunId>& keep);

}  // namespace audienced::spool
