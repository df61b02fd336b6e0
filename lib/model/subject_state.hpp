// What people are told of: where each subject stands, and what is on its way to a receiver.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "model/run.hpp"

namespace audienced::model {

/// One state per subject: "export:NAME", "connection:NAME", "daemon". "ok": no person is needed.
struct SubjectState {
    std::string subject;
    std::string state = "ok";
    SysTime since;        // it is in that state
    SysTime told;         // a message of it was last made
    RunId run = 0;        // of an export: the last run that was judged
    std::string message;  // JSON, what a receiver is told again; empty when ok
    bool operator==(const SubjectState&) const = default;
};

/// One message on its way to one receiver; gone once that took it.
struct Telling {
    std::int64_t id = 0;
    std::string way;  // "command", "webhook", "heartbeat" ...
    std::string subject, state;
    std::string body;  // JSON
    int attempts = 0;  // that failed
    SysTime made, next_try;
    bool operator==(const Telling&) const = default;
};

/// An export of the refresh that began last, whose good end is awaited in a run later than `after`.
struct RoundEntry {
    std::string export_name;
    RunId after = 0;
    bool operator==(const RoundEntry&) const = default;
};

}  // namespace audienced::model
