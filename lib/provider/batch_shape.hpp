#pragma once

#include <optional>

#include "provider/provider.hpp"

namespace audienced::provider {

/// Nothing if the batch may be submitted under these limits; else a bug of the code that cut it (Errc::bug).
std::optional<Error> wrong_shape(const model::Batch& batch, const Limits& limits);

}  // namespace audienced::provider
