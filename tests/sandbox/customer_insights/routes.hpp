#pragma once

#include <optional>

#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::customer_insights {

/// Answers a call whose path begins with /v1.
Reply answer(World&, const Request&);
/// Calls of the control API under /sandbox/customer-insights; nullopt: not one of them.
std::optional<Reply> answer_stage(World&, const Request&);

}  // namespace audienced::sandbox::customer_insights
