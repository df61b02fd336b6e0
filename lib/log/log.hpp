// Where events go. The owner of a task logs; libraries below it return errors instead.
#pragma once

#include "log/event.hpp"

namespace audienced::log {

class Log {
public:
    virtual ~Log() = default;
    /// Any thread. Never blocks and never throws: what cannot be kept is counted, and the count is written
    /// later.
    virtual void write(Event) noexcept = 0;
};

}  // namespace audienced::log
