// When is an event news? Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "log/event.hpp"

namespace audienced::log {

/// The last reported state of each thing; a thing without a report is "ok". Starts empty with the
/// process.
class AttentionStates {
public:
    /// The previous state if this one differs (then the event is news), else nothing.
    std::optional<std::string> change(const Attention&);

private:
    std::map<std::string, std::string> states_;  // without those that are ok
};

/// What the hook gets on standard input: one JSON object with event, key, state, previous_state, time, level,
/// message, fields.
std::string hook_message(const Event&, std::string_view previous_state, std::string_view time);

}  // namespace audienced::log
