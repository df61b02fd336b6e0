// Constant Contact's stage: what a test sets, simulates and reads through the control API.
#pragma once

#include <optional>

#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::constant_contact {

/// Calls under /sandbox/constant-contact; nullopt: not one of them.
std::optional<Reply> answer_stage(World&, const Request&);

}  // namespace audienced::sandbox::constant_contact
