// Contacts as the provider knows them now, for a preview: nothing is remembered of them.
#pragma once

#include "run/definition.hpp"
#include "run/environment.hpp"
#include "run/look/seen_contacts.hpp"

namespace audienced::run {

/// Since the last look; all of them where there was none yet. A preview may not take a look: a run may be
/// under way, and what that changes would be taken for the doing of others. Errors: those of the provider,
/// store_*.
awaitable<result<SeenContacts>> see_contacts(Environment& env, const RunDefinition& definition,
                                             const GroupBits& groups);

}  // namespace audienced::run
