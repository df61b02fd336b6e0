// What of an export has to be looked at: an edit is not refused for what it does not touch.
#pragma once

#include "model/export.hpp"

namespace audienced::inspect {

struct Scope {
    bool source = true;       // its segments, their columns and values
    bool destination = true;  // the account, the audience or list, its fields and groups
};

/// What an edit from `before` to `after` touches, and what depends on it. A schedule, a title and guards need
/// neither.
Scope touched(const model::Export& before, const model::Export& after);

}  // namespace audienced::inspect
