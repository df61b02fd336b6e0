#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace audienced::model {

/// What a reject needs before a retry can succeed: other data, only time, or nothing helps.
enum class RejectClass : std::uint8_t { none, fix_data, retry_later, never };

const char* to_string(RejectClass) noexcept;
std::optional<RejectClass> parse_reject_class(std::string_view word) noexcept;

}  // namespace audienced::model
