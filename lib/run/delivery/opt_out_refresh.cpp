#include "run/delivery/opt_out_refresh.hpp"

#include "run/pull.hpp"

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

OptOutRefresh::OptOutRefresh(Environment& env, const RunDefinition& definition,
                             const provider::GroupLayout& layout, SteadyTime asked)
    : env_(env), definition_(definition), layout_(layout), asked_(asked), looked_(env.io) {}

void OptOutRefresh::sent(std::uint64_t members) {
    sent_.push_back({env_.time->steady(), members});
}

awaitable<result<void>> OptOutRefresh::before_upsert() {
    // Where an upsert puts its members into no list, it puts no contact back.
    if (layout_.joined_by_upsert == 0) co_return result<void>{};
    while (looking_) {
        auto waited = co_await looked_.wait();
        if (!waited) co_return waited.error();
    }
    const SteadyTime now = env_.time->steady();
    if (!is_refresh_due(sent_, asked_, now)) co_return result<void>{};
    looking_ = true;
    asked_ = now;
    // The lanes that wait go on, however this ends: a cancelled coroutine leaves by an exception.
    struct Done {
        OptOutRefresh* again;
        ~Done() {
            again->looking_ = false;
            again->looked_.notify_all();
        }
    };
    const Done done{this};
    std::erase_if(sent_, [&](const SentMembers& s) { return s.at <= now - overlap; });
    auto pulled = co_await pull_opt_outs(env_, definition_, layout_);
    if (!pulled) co_return pulled.error();
    co_return result<void>{};
}

}  // namespace audienced::run
