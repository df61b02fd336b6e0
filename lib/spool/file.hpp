// The spool of one run on disk, 0600: one file of upserts, two for each group, one of ledger corrections. A
// cache: losing it costs a new plan. Files: DIR/run-<id>.<part>, part = "upsert", "join-<bit>",
// "leave-<bit>", "forget", and while a plan is made "bucket-<n>". Each begins with the id of its plan, and
// each batch has a checksum: the files of another plan of the same run, or damaged ones, are not taken for
// it.
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

using PlanId = std::uint64_t;
constexpr std::uint64_t header_bytes = sizeof(PlanId);

/// Appends with a buffer of its own. Errors: store_full, store_failed.
class Writer {
public:
    static result<Writer> create(const std::string& path, PlanId plan, std::size_t buffer_bytes = 256 * 1024);
    Writer(Writer&&) noexcept;
    ~Writer();
    result<void> append(std::string_view bytes);
    std::uint64_t size() const noexcept { return size_; }  // the header included
    /// Everything can be read when it returns.
    result<void> flush();
    /// Everything is on the disk when it returns.
    result<void> finish();

private:
    Writer(int fd, std::size_t buffer_bytes) : fd_(fd), buffer_bytes_(buffer_bytes) {}
    int fd_ = -1;
    std::size_t buffer_bytes_;
    std::string buffer_;
    std::uint64_t size_ = 0;
};

std::string upsert_part();
std::string join_part(int bit);
std::string leave_part(int bit);
std::string forget_part();
std::string bucket_part(unsigned number);
std::string part_path(const std::string& dir, model::RunId run, std::string_view part);
/// Continues the checksum of a batch: its bytes in order.
std::uint32_t checksum(std::string_view bytes, std::uint32_t so_far = 2166136261u);
/// `bytes` bytes at `offset`. Errors: not_ready when the file is gone, shorter, or of another plan: plan
/// anew; store_failed when it cannot be read now.
result<std::string> read_part(const std::string& path, PlanId plan, std::uint64_t offset,
                              std::uint64_t bytes);
/// The records of a batch: those of its members, then those of its leavers. Errors: as read_part().
result<std::string> read_batch(const std::string& dir, const store::BatchRow& batch);
/// The names of new files are on the disk when it returns.
result<void> sync_dir(const std::string& dir);
/// Overwrites nothing, just unlinks: what of the run's parts exists. Errors: store_failed, what could not be
/// removed is there yet.
result<void> remove_run(const std::string& dir, model::RunId run);
/// Runs whose files hold one of these byte strings, each of which is shorter than a kilobyte. Reads all
/// files. Errors: store_failed.
result<std::vector<model::RunId>> runs_with(const std::string& dir, const std::vector<std::string>& needles);
/// Files of runs that are not in `keep`: what a crash, or an error at an earlier removal, left behind.
result<void> remove_strays(const std::string& dir, const std::vector<model::RunId>& keep);

}  // namespace audienced::spool
