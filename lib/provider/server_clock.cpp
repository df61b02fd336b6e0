#include "provider/server_clock.hpp"

#include "retry/retry_after.hpp"

namespace audienced::provider {

model::ProviderTime provider_time_from_header(const http::Response& response, SysTime ours) {
    const auto date = retry::parse_http_date(response.header("Date"), ours);
    if (!date || *date < ours - std::chrono::days{1} || *date > ours + std::chrono::days{1})
        return model::provider_time_from_our_clock(ours);
    return model::ProviderTime{date->time_since_epoch()};
}

}  // namespace audienced::provider
