// The control API: a test sets up state, simulates people, and reads what happened. README.md lists its
// calls.
#pragma once

#include <optional>

#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::control {

/// Answers a call whose path begins with /sandbox; nothing here waits.
Reply answer(World&, const Request&);
/// GET /sandbox/wait: has what it waits for happened?
bool is_satisfied(const World&, const Request&);

/// apps.cpp: calls under /sandbox/apps, /sandbox/tokens and /sandbox/revoke; nullopt: not one of them.
std::optional<Reply> answer_apps(World&, const Request&);

}  // namespace audienced::sandbox::control
