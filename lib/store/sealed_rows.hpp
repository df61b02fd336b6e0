// Where sealed values lie, and what binds each to its row.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/ids.hpp"

namespace audienced::store {

/// Eight bytes of the destination's id and the member, both raw: cheaper than text, a million times.
std::string contact_row_name(model::DestinationId destination, std::string_view member);
/// "RUN/SEQ" of an open batch.
std::string intent_row_name(std::int64_t run, std::int64_t seq);
/// "owner_kind/owner/name"; none of the three has a slash.
std::string secret_row_name(std::string_view owner_kind, std::string_view owner, std::string_view name);

}  // namespace audienced::store
