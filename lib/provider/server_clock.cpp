#include "provider/server_clock.hpp"

#include <algorithm>

#include "retry/retry_after.hpp"

namespace audienced::provider {
namespace {

// A computer that slept through a night sees the provider's clock jump; a broken header is further off.
constexpr auto jump = std::chrono::days{1};
constexpr auto agreement = std::chrono::hours{1};
// Outside of this a header tells no clock: an epoch, a year with a digit too many.
constexpr std::chrono::sys_seconds first_year = std::chrono::sys_days{std::chrono::year{2020} / 1 / 1};
constexpr std::chrono::sys_seconds last_year = std::chrono::sys_days{std::chrono::year{2200} / 1 / 1};

std::optional<model::ProviderTime> time_told(const http::Response& response, SysTime ours) {
    const auto date = retry::parse_http_date(response.header("Date"), ours);
    if (!date || *date < first_year || *date >= last_year) return std::nullopt;
    return model::ProviderTime{date->time_since_epoch()};
}

}  // namespace

model::ProviderTime ServerClock::answered(const http::Response& response, SysTime ours, SteadyTime steady) {
    const model::ProviderTime expected = now(ours, steady);
    const auto told = time_told(response, ours);
    if (!told) return expected;
    const auto agrees = [&](model::ProviderTime other, auto within) {
        return *told <= other + within && other <= *told + within;
    };
    if (!trusted_ || agrees(expected, jump) || (doubted_ && agrees(doubted_->at_time(steady), agreement))) {
        trusted_ = Reading{*told, steady};
        doubted_.reset();
        return *told;
    }
    doubted_ = Reading{*told, steady};
    return std::min(*told, expected);
}

model::ProviderTime ServerClock::now(SysTime ours, SteadyTime steady) const {
    return trusted_ ? trusted_->at_time(steady) : model::provider_time_from_our_clock(ours);
}

model::ProviderTime next_since(model::ProviderTime began, std::chrono::seconds overlap,
                               std::optional<model::ProviderTime> last_own_change) {
    using std::chrono::seconds;
    const model::ProviderTime early = began - overlap;
    if (!last_own_change || *last_own_change >= began) return early;
    const model::ProviderTime after_it = std::chrono::floor<seconds>(*last_own_change) + seconds{1};
    return std::max(early, std::min(after_it, began - seconds{1}));
}

}  // namespace audienced::provider
