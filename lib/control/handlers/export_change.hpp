// Adding and changing an export. Each checks it against the live account first, and never runs anything.
#pragma once

#include "control/router.hpp"

namespace audienced::control {

/// Members that were delivered to the old destination would be lost track of there. On the store's thread.
/// Errors: wrong_state.
result<void> check_place(store::Database&, const model::Export& before, const model::Export& after);

awaitable<result<Reply>> add_export(Context& context, Request request);
awaitable<result<Reply>> edit_export(Context& context, Request request);
awaitable<result<Reply>> duplicate_export(Context& context, Request request);
awaitable<result<Reply>> attach_export(Context& context, Request request);

}  // namespace audienced::control
