// The provider's clock, as its answers tell it.
#pragma once

#include "http/message.hpp"
#include "model/provider_time.hpp"

namespace audienced::provider {

/// From the Date header. Ours stands in where there is none, and where it is more than a day away from
/// `ours`: that is a broken header rather than a broken clock.
model::ProviderTime provider_time_from_header(const http::Response& response, SysTime ours);

}  // namespace audienced::provider
