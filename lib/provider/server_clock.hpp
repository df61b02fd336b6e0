// The provider's clock, as its answers tell it. Ours may be days off: it stands in only while no answer has
// told a time.
#pragma once

#include <chrono>
#include <optional>

#include "http/message.hpp"
#include "model/provider_time.hpp"

namespace audienced::provider {

/// What the answers of one provider object told so far. Pure: both of our clocks come in.
class ServerClock {
public:
    /// The provider's time of this answer, from its Date header. Without one that can be read: what the
    /// answers before it imply; ours if there were none. A time that contradicts the answers before it by
    /// more than a day is believed once two answers agree on it; until then the earlier of both counts, since
    /// a mark that is too early costs reading twice, and one that is too late misses changes.
    model::ProviderTime answered(const http::Response& response, SysTime ours, SteadyTime steady);
    /// The provider's time now.
    model::ProviderTime now(SysTime ours, SteadyTime steady) const;

private:
    struct Reading {
        model::ProviderTime told;
        SteadyTime at;
        model::ProviderTime at_time(SteadyTime steady) const { return told + (steady - at); }
    };
    std::optional<Reading> trusted_, doubted_;
};

/// Where the next pull begins to read: `began` less `overlap`, but not before the second after our own last
/// change if that was before `began`; and always before `began`, whose own second may still have changes.
model::ProviderTime next_since(model::ProviderTime began, std::chrono::seconds overlap,
                               std::optional<model::ProviderTime> last_own_change);

}  // namespace audienced::provider
