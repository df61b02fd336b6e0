// When is an event news? Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "log/event.hpp"

namespace audienced::log {

/// The state that each thing was last told to be in; whatever was never told is "ok". Begins anew with the
/// process.
class AttentionStates {
public:
    /// The state before, if this one is another: then it is news. Nothing if it is not.
    std::optional<std::string> change(const Attention&);

private:
    std::map<std::string, std::string> states_;  // without those that are ok
};

/// What the hook gets on standard input: one JSON object with event, key, state, previous_state, time, level,
/// message, fields.
std::string hook_message(const Event&, std::string_view previous_state, std::string_view time);

}  // namespace audienced::log
