// Which kept connection may carry the next request, and which must go: pure bookkeeping, no socket, no clock.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace audienced::http {

struct PoolLimits {
    std::chrono::seconds max_idle{
        30};  // servers close earlier or later; a short idle time meets fewer dead connections
    std::chrono::seconds max_age{600};  // so that a change of address or certificate is noticed
    unsigned max_uses = 1000;
    std::size_t max_idle_per_origin = 16;
    std::size_t max_idle_in_all = 256;
};

using ConnectionId = std::uint64_t;

/// The life of one connection, as far as reuse is concerned.
struct ConnectionLife {
    ConnectionId id = 0;
    std::string key;  // origin and ca_file: only the same of both may share
    SteadyTime opened;
    unsigned uses = 0;  // requests carried so far
};

class PoolState {
public:
    explicit PoolState(PoolLimits limits) : limits_(limits) {}

    /// The connection of that key that was used last, if one is still fit; it leaves the pool.
    std::optional<ConnectionLife> take(const std::string& key, SteadyTime now);
    /// Puts a connection in after a complete answer. Returns the ids to close: it itself when it is worn out,
    /// or the ones that had waited longest when there are too many.
    std::vector<ConnectionId> keep(ConnectionLife life, SteadyTime now);
    /// The ids to close because they have waited too long or are too old.
    std::vector<ConnectionId> expire(SteadyTime now);
    /// When expire() has something to do next.
    std::optional<SteadyTime> next_expiry() const;
    std::vector<ConnectionId> clear();
    std::size_t size() const noexcept { return idle_.size(); }

private:
    struct Idle {
        ConnectionLife life;
        SteadyTime until;
    };
    PoolLimits limits_;
    std::list<Idle> idle_;  // longest waiting first
};

}  // namespace audienced::http
