// The checks of a plan that ask accounts and sources, the same as those of the commands. Nothing is stored,
// and nothing is made at a provider.
#pragma once

#include "control/apply/plan.hpp"
#include "control/router.hpp"

namespace audienced::control {

struct Note {
    std::string object;  // "export:spring"
    std::string text;
};

/// Notes what is wrong in `plan.problems`, the first of each object, and gives what people should know.
/// Learns the accounts of connections that are new or sign in otherwise. Of objects that do not change only
/// those are asked that depend on one that does. `plan` outlives the call.
awaitable<std::vector<Note>> ask_live(Context& context, ApplyPlan& plan);

}  // namespace audienced::control
