// The day's budgets of calls, kept over restarts.
#pragma once

#include <map>
#include <string>

#include "aio/event.hpp"
#include "provider/limiter.hpp"
#include "store/store.hpp"

namespace audienced::daemon {

/// What is on disk runs a little ahead of what is spent, so that a crash makes the budget look smaller, never
/// larger.
class StoredQuota final : public provider::QuotaLedger {
public:
    StoredQuota(boost::asio::any_io_executor io, store::Store& store)
        : store_(store), changed_(std::move(io)) {}

    /// Before the first call: what was spent today.
    awaitable<result<void>> load(std::int64_t utc_day);
    /// Writes what changes, until it is cancelled.
    awaitable<void> keep();

    std::uint64_t spent(const std::string& share_key, std::int64_t utc_day) override;
    void spend(const std::string& share_key, std::int64_t utc_day, std::uint64_t total) override;

private:
    struct Day {
        std::int64_t utc_day = 0;
        std::uint64_t spent = 0, on_disk = 0, wanted_on_disk = 0;
    };
    store::Store& store_;
    aio::Event changed_;
    std::map<std::string, Day> days_;
};

}  // namespace audienced::daemon
