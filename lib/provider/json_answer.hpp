// A provider's short JSON answers, read as a tree. Nothing here throws, whatever the body holds.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::provider {

/// A discarded value if it is no JSON; every question below has an answer for that.
nlohmann::json parse_answer(std::string_view body);
/// What stands under `key`; null if nothing does or `object` is none.
const nlohmann::json& at(const nlohmann::json& object, const char* key);
/// A string, or a whole number in digits (some ids are numbers); else empty.
std::string text(const nlohmann::json& object, const char* key);
std::optional<std::uint64_t> number(const nlohmann::json& object, const char* key);

/// For an answer that lacks what it must have (bad_answer, may be asked again).
Error unreadable(std::string_view provider, std::string_view about);

}  // namespace audienced::provider
