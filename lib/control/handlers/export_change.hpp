// Adding and changing an export. Each checks it against the live account first, and never runs anything.
#pragma once

#include "control/router.hpp"

namespace audienced::control {

awaitable<result<Reply>> add_export(Context& context, Request request);
awaitable<result<Reply>> edit_export(Context& context, Request request);
awaitable<result<Reply>> duplicate_export(Context& context, Request request);
awaitable<result<Reply>> attach_export(Context& context, Request request);

}  // namespace audienced::control
