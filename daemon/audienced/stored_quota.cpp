#include "stored_quota.hpp"

#include "store/schedules.hpp"

namespace audienced::daemon {
namespace {
constexpr std::uint64_t ahead = 20;
}

awaitable<result<void>> StoredQuota::load(std::int64_t utc_day) {
    const auto read = [&](store::Database& db, const vault::Vault&) {
        return store::quotas_of_day(db, utc_day);
    };
    auto quotas = co_await store_.run(read);
    if (!quotas) co_return quotas.error();
    for (const auto& [key, total] : *quotas) days_[key] = {utc_day, total, total, total};
    co_return result<void>{};
}

std::uint64_t StoredQuota::spent(const std::string& share_key, std::int64_t utc_day) {
    const auto it = days_.find(share_key);
    return it != days_.end() && it->second.utc_day == utc_day ? it->second.spent : 0;
}

void StoredQuota::spend(const std::string& share_key, std::int64_t utc_day, std::uint64_t total) {
    Day& day = days_[share_key];
    if (day.utc_day != utc_day) day = {utc_day, 0, 0, 0};
    day.spent = total;
    if (total <= day.wanted_on_disk) return;
    day.wanted_on_disk = total + ahead;
    changed_.notify_all();
}

awaitable<void> StoredQuota::keep() {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    for (;;) {
        for (auto& [key, day] : days_) {
            if (day.on_disk == day.wanted_on_disk) continue;
            const Day now = day;
            const std::string& share_key = key;  // Clang 14 cannot capture a structured binding
            const auto write = [&](store::Database& db, const vault::Vault&) {
                return store::set_quota_spent(db, share_key, now.utc_day, now.wanted_on_disk);
            };
            auto written = co_await store_.run(write);
            if (written) day.on_disk = now.wanted_on_disk;
        }
        auto woken = co_await changed_.wait();
        if (!woken) co_return;
    }
}

}  // namespace audienced::daemon
