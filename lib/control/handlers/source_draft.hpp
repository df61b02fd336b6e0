// A source that is being added or changed.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "model/source.hpp"

namespace audienced::control {

using NamedSecrets = std::vector<std::pair<std::string, Secret>>;

/// Its kind, settings and secrets; it is not opened. Secrets are cleaned as secret_text() does. Errors:
/// usage.
result<void> check_source(const model::Source& source, NamedSecrets& secrets);

}  // namespace audienced::control
