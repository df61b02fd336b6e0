// What the contacts of a preview have now, at the provider.
#pragma once

#include "inspect/preview.hpp"
#include "run/prepare.hpp"

namespace audienced::inspect {

/// Fills in `old` of the rows that would send values, one call each, in order, up to a hundred and for twenty
/// seconds; the others keep none, as those behind one that could not be read. Errors: cancelled.
awaitable<result<void>> read_old_values(run::Environment& env, const run::Prepared& prepared,
                                        std::vector<PreviewRow>& rows);

}  // namespace audienced::inspect
