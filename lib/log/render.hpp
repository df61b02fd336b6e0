// Events as lines; pure.
#pragma once

#include "base/clock.hpp"
#include "log/event.hpp"

namespace audienced::log {

/// "2026-03-01T10:00:00Z warning run_held: run 7 ... RUN_ID=7 EXPORT=vip\n"; control characters are escaped.
std::string text_line(const Event&, SysTime at);
/// "<4>run_held: run 7 ... RUN_ID=7 EXPORT=vip\n", as a service manager reads it.
std::string prefixed_line(const Event&);
/// {"time":...,"level":...,"event":...,"message":...,"message_id":...,"fields":{"RUN_ID":"7"}}\n
std::string json_line(const Event&, SysTime at);
/// "MESSAGE=...", "PRIORITY=4", ... for the journal's native protocol; fields with unfit names are left out.
std::vector<std::string> journal_fields(const Event&);

}  // namespace audienced::log
