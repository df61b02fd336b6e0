// The side door: how a test sets the stage, plays the people, and reads what happened. README.md lists its
// calls.
#pragma once

#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::control {

/// Answers a call whose path begins with /sandbox; nothing here waits.
Reply answer(World&, const Request&);
/// GET /sandbox/wait: has what it waits for happened?
bool is_satisfied(const World&, const Request&);

// mailchimp.cpp
Reply make_mailchimp_account(World&, const Request&);
Reply make_mailchimp_list(World&, const Request&);
Reply change_mailchimp_list(World&, const Request&);
Reply seed_mailchimp(World&, const Request&);
Reply act_mailchimp(World&, const Request&);
// dump_mailchimp.cpp
Reply dump_mailchimp(World&, const Request&);

}  // namespace audienced::sandbox::control
