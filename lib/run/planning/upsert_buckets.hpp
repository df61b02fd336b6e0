// Upserts of a plan, put into the order in which they are delivered: members that are contacts already first,
// since they are the ones that a late batch could harm, and within both by hash, as the ledger lies on disk.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "spool/file.hpp"
#include "spool/record.hpp"

namespace audienced::run {

/// Sorts with files, so that memory does not grow with the plan. Planning thread.
class UpsertBuckets {
public:
    UpsertBuckets(std::string dir, model::RunId run, spool::PlanId plan)
        : dir_(std::move(dir)), run_(run), plan_(plan) {}
    ~UpsertBuckets();
    /// Errors: store_full, store_failed.
    result<void> add(const spool::Record&);
    /// Every record, in order of delivery; the buckets are gone afterwards.
    result<void> drain(const std::function<result<void>(const spool::Record&)>& each);

private:
    static constexpr unsigned count = 64;
    struct Bucket {
        std::unique_ptr<spool::Writer> file;
        std::uint64_t known = 0, fresh = 0;
    };
    result<void> drain_bucket(unsigned number, bool known,
                              const std::function<result<void>(const spool::Record&)>& each);
    void remove();
    std::string path(unsigned number) const {
        return spool::part_path(dir_, run_, spool::bucket_part(number));
    }

    std::string dir_;
    model::RunId run_;
    spool::PlanId plan_;
    std::array<Bucket, count> buckets_;
    std::string buffer_;
};

}  // namespace audienced::run
