#include "provider/limiter.hpp"

#include <algorithm>

namespace audienced::provider {

Permit::~Permit() {
    if (owner_) owner_->release();
}

Permit& Permit::operator=(Permit&& other) noexcept {
    std::swap(owner_, other.owner_);  // what we held goes back with `other`
    return *this;
}

/// A place in the queue. Its destructor also runs when the waiting coroutine is cancelled by an exception, so
/// no waiter stays behind a ticket that has left.
struct Limiter::Place {
    Limiter& limiter;
    std::uint64_t ticket;

    explicit Place(Limiter& l) : limiter(l), ticket(l.next_ticket_++) { limiter.queue_.push_back(ticket); }
    Place(const Place&) = delete;
    ~Place() {
        std::erase(limiter.queue_, ticket);
        limiter.changed_.notify_all();
    }
    bool is_first() const { return limiter.queue_.front() == ticket; }
};

Limiter::Limiter(std::string share_key, RateRules rules, aio::Time& time, boost::asio::any_io_executor io,
                 QuotaLedger* quota, SteadyTime process_began)
    : share_key_(std::move(share_key)), rules_(rules), time_(time), quota_(quota), changed_(std::move(io)) {
    roll_day();
    const bool any = std::any_of(rules_.windows.begin(), rules_.windows.end(),
                                 [](const RateWindow& window) { return window.calls > 0; });
    if (any) state_.blocked_steady = process_began + std::chrono::seconds{1};
}

void Limiter::roll_day() {
    const std::int64_t today = utc_day_of(time_.now());
    if (state_.utc_day == today) return;
    state_.utc_day = today;
    // The stored count runs a little ahead.
    state_.spent_today =
        quota_ && rules_.per_day > 0 ? std::min(quota_->spent(share_key_, today), rules_.per_day) : 0;
}

void Limiter::begin() {
    started(rules_, state_, time_.now());
    if (quota_ && rules_.per_day > 0) quota_->spend(share_key_, state_.utc_day, state_.spent_today);
}

awaitable<result<Permit>> Limiter::acquire(bool wait_for_quota) {
    const auto self = shared_from_this();
    const Place place(*this);
    for (;;) {
        roll_day();
        const Turn turn = next_turn(rules_, state_, time_.now(), time_.steady());
        // Also behind a call that waits for tomorrow: a call that may not wait fails at once.
        const bool told_at_once = turn.kind == Turn::Kind::tomorrow && !wait_for_quota;
        if (!place.is_first() && !told_at_once) {
            auto waited = co_await changed_.wait();
            if (!waited) co_return waited.error();
            continue;
        }
        SteadyTime wake = turn.at;
        switch (turn.kind) {
            case Turn::Kind::now:
                begin();
                co_return Permit(self);
            case Turn::Kind::when_released: {
                auto waited = co_await changed_.wait();
                if (!waited) co_return waited.error();
                continue;
            }
            case Turn::Kind::at:
                break;
            case Turn::Kind::tomorrow: {
                if (!wait_for_quota) {
                    Error e = retryable(
                        Errc::quota,
                        "the day's budget of " + std::to_string(rules_.per_day) + " calls is used up",
                        "it resets at " + to_iso8601(turn.tomorrow));
                    e.retry_at = turn.tomorrow;
                    co_return e;
                }
                // In slices: the wall clock may be set meanwhile.
                const SysTime::duration left = turn.tomorrow - time_.now();
                const SysTime::duration slice = std::min<SysTime::duration>(left, std::chrono::seconds{30});
                wake = time_.steady() + std::chrono::duration_cast<SteadyTime::duration>(slice);
                break;
            }
        }
        auto slept = co_await time_.sleep_until(wake);
        if (!slept) co_return slept.error();
    }
}

void Limiter::release() {
    answered(rules_, state_, time_.steady());
    changed_.notify_all();
}

void Limiter::block_until(SysTime t) {
    block(state_, t, time_.now(), time_.steady());
}

void Limiter::quota_exhausted() {
    roll_day();
    if (rules_.per_day == 0) {
        block_until(std::chrono::floor<std::chrono::days>(time_.now()) + std::chrono::days{1});
        return;
    }
    state_.spent_today = std::max(state_.spent_today, rules_.per_day);
    changed_.notify_all();
    if (quota_) quota_->spend(share_key_, state_.utc_day, state_.spent_today);
}

Limiter::View Limiter::view() const {
    View v;
    v.share_key = share_key_;
    v.in_flight = state_.in_flight;
    v.waiting = static_cast<unsigned>(queue_.size());
    v.spent_today = spent_on(state_, utc_day_of(time_.now()));
    v.per_day = rules_.per_day;
    if (time_.steady() < state_.blocked_steady) v.blocked_until = state_.blocked_until;
    return v;
}

Limiters::Limiters(aio::Time& time, boost::asio::any_io_executor io, QuotaLedger* quota)
    : time_(time), io_(std::move(io)), quota_(quota), began_(time.steady()) {}

std::shared_ptr<Limiter> Limiters::get(const std::string& share_key, RateRules rules) {
    auto& found = by_key_[share_key];
    if (!found) found = std::make_shared<Limiter>(share_key, rules, time_, io_, quota_, began_);
    return found;
}

std::vector<std::shared_ptr<Limiter>> Limiters::all() const {
    std::vector<std::shared_ptr<Limiter>> out;
    for (const auto& [key, limiter] : by_key_) out.push_back(limiter);
    return out;
}

}  // namespace audienced::provider
