// The counts of a run that have a list.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace audienced::model {

/// Which count of a run a reject is part of. `removals`: a member that was not removed, which no count of
/// profiles has; its number is what was planned to be removed less what was.
enum class CountedIn : std::uint8_t { rejected, invalid, suppressed, values_dropped, removals };

const char* to_string(CountedIn) noexcept;
std::optional<CountedIn> parse_counted_in(std::string_view word) noexcept;

}  // namespace audienced::model
