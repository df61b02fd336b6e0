#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace audienced::model {

/// As which of a run's counts a member is counted. none: another record of the member counts.
enum class CountedAs : std::uint8_t { none, added, updated, removed };

const char* to_string(CountedAs) noexcept;
std::optional<CountedAs> parse_counted_as(std::string_view word) noexcept;

}  // namespace audienced::model
