#pragma once

#include "provider/registry.hpp"

namespace audienced::provider {

/// What an Api of this provider is made of. Connections with the same `share_key` share one limiter, and
/// so its rules.
Api::Parts api_parts(const ProviderArgs& args, http::Url base, const std::string& share_key,
                     const RateRules& rules, ClassifyResponse classify_response);

}  // namespace audienced::provider
