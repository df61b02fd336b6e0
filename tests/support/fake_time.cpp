#include "support/fake_time.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

namespace audienced::test {
namespace asio = boost::asio;

namespace {
struct Sleeper {
    SteadyTime until;
    asio::steady_timer wake_up;
};
}  // namespace

struct FakeTime::State {
    SysTime now;
    SteadyTime steady{std::chrono::hours{1000}};  // far from the real one, so that mixing the two shows
    std::vector<Sleeper*> sleepers;

    void wake_those_passed() {
        for (Sleeper* s : sleepers)
            if (s->until <= steady) s->wake_up.cancel();
    }
};

namespace {
// Also when the coroutine is destroyed in its sleep.
template <class State>
class Registration {
public:
    Registration(std::shared_ptr<State> state, Sleeper* sleeper)
        : state_(std::move(state)), sleeper_(sleeper) {
        state_->sleepers.push_back(sleeper_);
    }
    Registration(const Registration&) = delete;
    ~Registration() { std::erase(state_->sleepers, sleeper_); }

private:
    std::shared_ptr<State> state_;
    Sleeper* sleeper_;
};
}  // namespace

FakeTime::FakeTime()
    : FakeTime(std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{10}) {}
FakeTime::FakeTime(SysTime start) : state_(std::make_shared<State>()) {
    state_->now = start;
}

SysTime FakeTime::now() const {
    return state_->now;
}
SteadyTime FakeTime::steady() const {
    return state_->steady;
}
std::size_t FakeTime::sleepers() const {
    return state_->sleepers.size();
}

awaitable<result<void>> FakeTime::sleep_until(SteadyTime t) {
    auto state = state_;
    if (t <= state->steady) co_return result<void>{};
    auto executor = co_await asio::this_coro::executor;
    Sleeper sleeper{t, asio::steady_timer(executor, SteadyTime::max())};
    Registration<State> registration(state, &sleeper);
    auto token = asio::as_tuple(asio::use_awaitable);
    auto [ec] = co_await sleeper.wake_up.async_wait(token);
    (void)ec;  // every wake-up is a cancelled wait; the clock tells why
    if (state->steady < t) co_return make_error(Errc::cancelled, "cancelled while waiting");
    co_return result<void>{};
}

void FakeTime::advance(std::chrono::steady_clock::duration d) {
    state_->steady += d;
    state_->now += std::chrono::duration_cast<SysTime::duration>(d);
    state_->wake_those_passed();
}

void FakeTime::set_wall_clock(SysTime t) {
    state_->now = t;
}

bool FakeTime::advance_to_next_sleeper() {
    const auto& all = state_->sleepers;
    if (all.empty()) return false;
    const auto earliest =
        std::min_element(all.begin(), all.end(), [](auto* a, auto* b) { return a->until < b->until; });
    advance(std::max((*earliest)->until - state_->steady, SteadyTime::duration::zero()));
    return true;
}

}  // namespace audienced::test
