// What a receiver gets: one JSON object, and what people read of it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "notify/findings.hpp"

namespace audienced::notify {

/// {"event", "subject", "state", "previous_state", "since", "time", "again", "host", "level", "message",
/// "fields"}; no address is in it.
std::string message_of(const Finding&, std::string_view previous_state, std::string_view host, SysTime now);
/// The same message with the words of another event: of the run that is in that state now.
std::string reworded(std::string_view message, const Finding&);
/// The same message again: "again" is true, "time" is now.
std::string repeated(std::string_view message, SysTime now);
/// The message that `audiencectl doctor --hooks` sends.
std::string test_message(std::string_view host, SysTime now);

/// What goes out.
struct Message {
    std::int64_t id = 0;         // the same each time it is sent; 0: a test
    std::string subject, state;  // "export:vip", "failed"
    std::string body;            // the JSON object, with "id"
    std::string title;           // "export vip: failed"
    std::string text;            // sentences
    std::string host;
    SysTime at;  // now
};
/// `body` as stored in the book.
Message message_to_send(std::int64_t id, std::string_view body, SysTime now);

}  // namespace audienced::notify
