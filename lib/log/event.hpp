// One thing worth knowing: its kind, a sentence for people, fields for machines.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace audienced::log {

/// Syslog's numbers, as journald's PRIORITY takes them.
enum class Level { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

const char* to_string(Level) noexcept;
/// "error", "warning", "notice", "info", "debug".
std::optional<Level> level(std::string_view) noexcept;

enum class Kind {
#define AUDIENCED_EVENT(name, level, message_id) name,
#include "log/events.def"
#undef AUDIENCED_EVENT
};

struct KindInfo {
    Kind kind;
    const char* name;  // "run_failed"
    Level level;
    const char* message_id;  // 32 lower-case hex digits
};
const KindInfo& info(Kind) noexcept;
std::span<const KindInfo> all_kinds() noexcept;

struct Field {
    std::string name;  // [A-Z][A-Z0-9_]{0,63}: journald drops other names without a word
    std::string value;
    bool operator==(const Field&) const = default;
};
bool is_field_name(std::string_view) noexcept;

/// What a person is notified of once per change: the thing ("export:NAME", "connection:NAME") and the state
/// it is in. State "ok" ends the attention; it calls the hook only if there was another state before.
struct Attention {
    std::string key;
    std::string state;
    bool operator==(const Attention&) const = default;
};

/// Made by the functions of log/events.hpp, so that name and fields of a kind never vary.
struct Event {
    Kind kind = Kind::internal_error;
    std::string message;
    std::vector<Field> fields;
    std::optional<Attention> attention;
    /// Not empty: events with this key are written at most once per interval; the next one says how many it
    /// stands for.
    std::string pace_key;
};

}  // namespace audienced::log
