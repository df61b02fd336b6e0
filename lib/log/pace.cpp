#include "log/pace.hpp"

#include <utility>

namespace audienced::log {

std::optional<std::uint64_t> Pace::admit(const std::string& key, SteadyTime now) {
    const auto found = keys_.find(key);
    if (found == keys_.end()) {
        if (keys_.size() >= 1000) forget_quiet(now);
        if (keys_.size() < 1000) keys_.emplace(key, Kept{now});
        return 0;
    }
    Kept& kept = found->second;
    if (now - kept.said < interval_) {
        ++kept.held_back;
        return std::nullopt;
    }
    kept.said = now;
    return std::exchange(kept.held_back, 0);
}

void Pace::forget_quiet(SteadyTime now) {
    std::erase_if(keys_, [&](const auto& entry) { return now - entry.second.said >= interval_; });
}

}  // namespace audienced::log
