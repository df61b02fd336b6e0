// Questions that every kind asks of its settings.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/source.hpp"
#include "source/options.hpp"

namespace audienced::source {

/// The setting's text; empty if absent.
std::string setting(const model::Source&, const std::string& name);
/// Errors: usage, if a required setting of the table is missing or empty, if a setting is not in the table,
/// or if ready-wait is no number.
result<void> check_settings(const model::Source&, const OptionTable&);
/// Errors: usage, if this kind of source has no such segments.
result<void> check_segment(const model::Segment&, std::string_view source_kind,
                           const std::vector<model::Segment::Kind>& known);
/// A whole number in [low, high], or `absent`. Errors: usage.
result<std::uint64_t> number_setting(const model::Source&, const std::string& name, std::uint64_t absent,
                                     std::uint64_t low, std::uint64_t high);
/// "true" or "false", or `absent`. Errors: usage.
result<bool> flag_setting(const model::Source&, const std::string& name, bool absent);

/// How long a scheduled run may wait for this source's data; a setting of every kind. Errors: usage.
result<std::chrono::minutes> ready_wait(const model::Source&);

/// Where each of `wanted` stands in `have`. Errors: not_found, with the names that there are; bad_config for
/// a name that stands there twice.
result<std::vector<std::size_t>> find_columns(std::span<const std::string> have,
                                              const std::vector<std::string>& wanted,
                                              const std::string& where);

Error cancelled();

}  // namespace audienced::source
