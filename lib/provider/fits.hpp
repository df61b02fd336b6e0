// Fits that fields of both providers have in common, in the same words. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "provider/value_readings.hpp"
#include "provider/value_rules.hpp"

namespace audienced::provider {

template <std::size_t N>
std::string_view view(const std::array<char, N>& text) {
    return {text.data(), text.size()};
}

/// `text` is sent for `value`: as it is where they are the same.
Fit sent_as(std::string_view text, std::string_view value, std::string& rewritten);
/// A date as 2024-01-31.
Fit fit_date(std::string_view value, std::string& rewritten);
/// Of a number that cannot be sent.
Fit dropped_number(NumberProblem);

}  // namespace audienced::provider
