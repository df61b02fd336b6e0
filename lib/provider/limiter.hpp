// Who may call now? One limiter per account or application key, shared by every connection behind it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "aio/event.hpp"
#include "aio/time.hpp"
#include "provider/rate_limit.hpp"

namespace audienced::provider {

class Limiter;

/// The right to have one call under way; given back when destroyed. Io thread only.
class Permit {
public:
    Permit() = default;
    explicit Permit(std::shared_ptr<Limiter> owner) : owner_(std::move(owner)) {}
    Permit(Permit&&) noexcept = default;
    Permit& operator=(Permit&&) noexcept;
    ~Permit();

private:
    std::shared_ptr<Limiter> owner_;
};

/// The day's budget survives restarts through this seam; called on the io thread, must not block.
struct QuotaLedger {
    virtual ~QuotaLedger() = default;
    /// Calls spent on that UTC day (days since 1970-01-01) so far.
    virtual std::uint64_t spent(const std::string& share_key, std::int64_t utc_day) = 0;
    virtual void spend(const std::string& share_key, std::int64_t utc_day, std::uint64_t total) = 0;
};

class Limiter : public std::enable_shared_from_this<Limiter> {
public:
    /// `process_began`: the first second after it counts as spent in every window, since calls of the process
    /// before this one may lie just behind it. (A longer window is not held empty for all of its length.)
    Limiter(std::string share_key, RateRules rules, aio::Time& time, boost::asio::any_io_executor io,
            QuotaLedger* quota, SteadyTime process_began);
    /// Waits for its turn, first come first served. Errors: cancelled; quota with retry_at when the day's
    /// budget is spent and `wait_for_quota` is false.
    awaitable<result<Permit>> acquire(bool wait_for_quota);
    /// The provider said "not before": no caller behind this key calls until then.
    void block_until(SysTime t);
    /// The provider said that the day's budget is spent, whatever we counted.
    void quota_exhausted();
    /// What `status` shows.
    struct View {
        std::string share_key;  // account or application key: a name, no secret
        unsigned in_flight = 0, waiting = 0;
        std::uint64_t spent_today = 0, per_day = 0;  // per_day 0: no such limit
        std::optional<SysTime> blocked_until;
    };
    View view() const;
    const std::string& share_key() const noexcept { return share_key_; }

private:
    friend class Permit;
    struct Place;
    void release();
    void roll_day();
    void begin();
    std::string share_key_;
    RateRules rules_;
    aio::Time& time_;
    QuotaLedger* quota_;
    RateState state_;
    aio::Event changed_;
    std::uint64_t next_ticket_ = 0;
    std::deque<std::uint64_t> queue_;  // tickets, in order of arrival; the first one may start
};

/// The limiters of the process, by share key. Made when the process begins.
class Limiters {
public:
    Limiters(aio::Time& time, boost::asio::any_io_executor io, QuotaLedger* quota);
    std::shared_ptr<Limiter> get(const std::string& share_key, RateRules rules);
    std::vector<std::shared_ptr<Limiter>> all() const;

private:
    aio::Time& time_;
    boost::asio::any_io_executor io_;
    QuotaLedger* quota_;
    SteadyTime began_;
    std::map<std::string, std::shared_ptr<Limiter>> by_key_;
};

}  // namespace audienced::provider
