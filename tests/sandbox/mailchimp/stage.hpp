// Mailchimp's stage: what a test sets, plays and reads at the side door.
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
