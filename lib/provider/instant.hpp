#pragma once

#include <optional>
#include <string_view>

#include "model/provider_time.hpp"

namespace audienced::provider {

/// An instant as providers write it: 2026-03-01T10:00:00Z, with a fraction of a second, or with an offset
/// (+00:00, -0500) in place of Z. Nothing if it is not one.
std::optional<model::ProviderTime> parse_instant(std::string_view text);

}  // namespace audienced::provider
