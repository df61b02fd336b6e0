#include "http/pool_state.hpp"

#include <algorithm>

namespace audienced::http {

std::optional<ConnectionLife> PoolState::take(const std::string& key, SteadyTime now) {
    for (auto it = idle_.rbegin(); it != idle_.rend(); ++it) {
        if (it->life.key != key || it->until <= now) continue;
        ConnectionLife life = std::move(it->life);
        idle_.erase(std::next(it).base());
        return life;
    }
    return std::nullopt;
}

std::vector<ConnectionId> PoolState::keep(ConnectionLife life, SteadyTime now) {
    const SteadyTime until = std::min(now + limits_.max_idle, life.opened + limits_.max_age);
    if (until <= now || life.uses >= limits_.max_uses) return {life.id};
    std::vector<ConnectionId> out;
    const auto same_key = [&](const Idle& idle) { return idle.life.key == life.key; };
    if (static_cast<std::size_t>(std::count_if(idle_.begin(), idle_.end(), same_key)) >=
        limits_.max_idle_per_origin) {
        const auto oldest = std::find_if(idle_.begin(), idle_.end(), same_key);
        out.push_back(oldest->life.id);
        idle_.erase(oldest);
    }
    if (idle_.size() >= limits_.max_idle_in_all) {
        out.push_back(idle_.front().life.id);
        idle_.pop_front();
    }
    idle_.push_back(Idle{std::move(life), until});
    return out;
}

std::vector<ConnectionId> PoolState::expire(SteadyTime now) {
    std::vector<ConnectionId> out;
    for (auto it = idle_.begin(); it != idle_.end();) {
        if (it->until > now) {
            ++it;
            continue;
        }
        out.push_back(it->life.id);
        it = idle_.erase(it);
    }
    return out;
}

std::optional<SteadyTime> PoolState::next_expiry() const {
    if (idle_.empty()) return std::nullopt;
    return std::min_element(idle_.begin(), idle_.end(), [](auto& a, auto& b) { return a.until < b.until; })
        ->until;
}

std::vector<ConnectionId> PoolState::clear() {
    std::vector<ConnectionId> out;
    for (const Idle& idle : idle_) out.push_back(idle.life.id);
    idle_.clear();
    return out;
}

}  // namespace audienced::http
