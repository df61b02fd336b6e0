// The request target: "/v1/runs/7/events?after=3".
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::control {

struct Target {
    std::string path;
    std::map<std::string, std::string> query;
};

/// Errors: usage (absolute form, a broken %XX, a control character, a key twice).
result<Target> parse_target(std::string_view);
/// For a query value or one step of a path.
std::string percent_encode(std::string_view);

}  // namespace audienced::control
