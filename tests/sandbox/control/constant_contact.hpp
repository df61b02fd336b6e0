#pragma once

#include <optional>

#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::control {

/// Calls under /sandbox/constant-contact and /sandbox/apps; nullopt: not one of them.
std::optional<Reply> answer_constant_contact(World&, const Request&);
std::optional<Reply> answer_apps(World&, const Request&);

}  // namespace audienced::sandbox::control
