// Changing a segment. What the exports that use it need is checked first; it never runs anything.
#pragma once

#include "control/router.hpp"

namespace audienced::control {

/// The title as a tag's name fits each provider to which one of these exports delivers. On the store's
/// thread. Errors: usage.
result<void> check_tag_title(store::Database&, const std::string& title,
                             const std::vector<model::Export>& users);

awaitable<result<Reply>> edit_segment(Context& context, Request request);

}  // namespace audienced::control
