#include "run/delivery/opt_out_refresh.hpp"

#include "run/prepare.hpp"

namespace audienced::run {
namespace {

constexpr std::uint64_t few_members = 5'000;     // ten calls that read: never too much
constexpr std::uint64_t most_members = 100'000;  // some 200 calls
constexpr std::uint64_t most_times = 3;          // so often, taken together, what was sent is read
constexpr auto long_ago = std::chrono::minutes{10};
constexpr auto overlap = std::chrono::minutes{5};  // what a provider reads once more is no older than that

}  // namespace

bool is_refresh_due(const std::deque<SentMembers>& sent, SteadyTime last_look, SteadyTime now) {
    if (now - last_look >= long_ago) return true;
    if (sent.empty() || sent.back().at < last_look) return false;
    std::uint64_t fresh = 0, to_read = 0;
    for (const SentMembers& s : sent) {
        if (s.at >= last_look) fresh += s.members;
        if (s.at > last_look - overlap) to_read += s.members;
    }
    return to_read <= few_members || (to_read <= most_members && to_read <= most_times * fresh);
}

OptOutRefresh::OptOutRefresh(Context& ctx) : ctx_(ctx), looked_(ctx.env.io) {}

void OptOutRefresh::sent(std::uint64_t members) {
    sent_.push_back({ctx_.env.time->steady(), members});
}

awaitable<result<void>> OptOutRefresh::before_upsert() {
    // Whoever is new to the list cannot have left it.
    if (ctx_.layout.joined_by_upsert == 0 || ctx_.run.planned.updated == 0) co_return result<void>{};
    while (looking_) {
        auto waited = co_await looked_.wait();
        if (!waited) co_return waited.error();
    }
    const SteadyTime now = ctx_.env.time->steady();
    if (!is_refresh_due(sent_, ctx_.looked_at, now)) co_return result<void>{};
    looking_ = true;
    // Whoever waits goes on, however this ends: a cancelled coroutine leaves by an exception.
    struct Done {
        OptOutRefresh* again;
        ~Done() {
            again->looking_ = false;
            again->looked_.notify_all();
        }
    };
    const Done done{this};
    std::erase_if(sent_, [&](const SentMembers& s) { return s.at <= now - overlap; });
    co_return co_await pull_suppressions(ctx_);
}

}  // namespace audienced::run
