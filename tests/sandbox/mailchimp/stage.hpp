// Mailchimp's stage: what a test sets, simulates and reads through the control API.
#pragma once

#include <optional>

#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::mailchimp {

/// Calls under /sandbox/mailchimp; nullopt: not one of them.
std::optional<Reply> answer_stage(World&, const Request&);
/// dump.cpp: all members of an audience as sorted lines.
Reply dump(World&, const Request&);

}  // namespace audienced::sandbox::mailchimp
