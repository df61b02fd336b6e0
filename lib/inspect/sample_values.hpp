// Which values of a segment's first rows a run would leave out, before there is a run.
#pragma once

#include <string>
#include <vector>

#include "aio/awaitable.hpp"
#include "model/export.hpp"
#include "provider/value_rules.hpp"
#include "run/drafts.hpp"

namespace audienced::run {
struct Environment;
}

namespace audienced::inspect {

/// Sentences, without any value: "BIRTHDAY: 3 of 50 values in the first rows would be left out: ...".
/// `rules` and `names` (the provider's) speak of the mapped fields in their order. A segment that cannot be
/// read adds nothing: what describes it says so. Suspends.
awaitable<std::vector<std::string>> sample_values(run::Environment& env, const model::Export& definition,
                                                  const provider::ValueRules& rules,
                                                  const std::vector<std::string>& names,
                                                  run::DraftsPtr drafts = nullptr);

}  // namespace audienced::inspect
