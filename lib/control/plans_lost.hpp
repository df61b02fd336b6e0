// Which plans that waited for approval a request made useless: no change ends one without a word.
#pragma once

#include <vector>

#include "control/request.hpp"
#include "model/run.hpp"
#include "store/store.hpp"

namespace audienced::control {

/// Held runs whose plan could be approved now, and which no run that is queued will replace. For the store's
/// thread.
result<std::vector<model::RunId>> plans_in_wait(store::Database&, const Caller&);
/// Those of `before` that are none any more, but for those that a person approved or cancelled.
result<std::vector<model::RunId>> plans_lost(store::Database&, const Caller&,
                                             const std::vector<model::RunId>& before);
/// The answer with `plans_expired [RUN ...]`, where it is an object that has none yet.
void add_plans_lost(Reply&, const std::vector<model::RunId>& lost);

}  // namespace audienced::control
