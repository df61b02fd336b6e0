// Connections as a caller may see and use them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "control/router.hpp"

namespace audienced::control {

/// As sight.hpp says.
nlohmann::json seen_by(const Caller&, const model::Connection&);
/// Viewers see that a connection is there; contributors only those that they may use.
bool sees(const Caller&, const model::Connection&) noexcept;

/// Reads it on the store's thread. Errors: not_found; not_permitted where the caller may not use it, and to a
/// contributor also where it is not there.
result<model::Connection> usable_connection(store::Database&, const Caller&, const std::string& name);

}  // namespace audienced::control
