// Changing a segment. What the exports that use it need is checked first; it never runs anything.
#pragma once

#include <optional>

#include "control/router.hpp"

namespace audienced::control {

/// The title as a tag's name fits each provider to which one of these exports delivers. On the store's
/// thread. Errors: usage.
result<void> check_tag_title(store::Database&, const std::string& title,
                             const std::vector<model::Export>& users);

/// What another title of a segment that exports use means for their next run; nothing: as a tag's name it is
/// the same title.
std::optional<std::string> note_of_title(const std::string& before, const std::string& after);

awaitable<result<Reply>> edit_segment(Context& context, Request request);

}  // namespace audienced::control
