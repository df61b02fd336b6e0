// One way to reach people. Each receiver is one object; several are used at once.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "aio/awaitable.hpp"
#include "base/clock.hpp"
#include "notify/message.hpp"

namespace audienced::notify {

class Way {
public:
    virtual ~Way() = default;
    /// As the book has it: "webhook", "heartbeat:vip".
    virtual std::string name() const = 0;
    /// Where it leads, without what is secret of it.
    virtual std::string target() const = 0;
    /// Where it leads, in full: a secret, never printed. Other after a reload: it is another receiver.
    virtual std::string leads_to() const = 0;
    /// How long one message may take.
    virtual std::chrono::milliseconds patience() const { return std::chrono::seconds(20); }
    /// Gives what the receiver answered, in a few words. An error means that it did not take the message;
    /// it may be sent again in any case. Ends at the deadline. `message` outlives the call. Io thread.
    virtual awaitable<result<std::string>> tell(const Message& message, Deadline deadline) = 0;
};

using Receivers = std::vector<std::shared_ptr<Way>>;

}  // namespace audienced::notify
