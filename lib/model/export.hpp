#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace audienced::model {

/// One attribute of a profile -> one field of the provider. `first_name` and `last_name` are translated by
/// it.
struct FieldMap {
    std::string attribute;
    std::string field;
    bool operator==(const FieldMap&) const = default;
};

struct Guards {
    std::uint64_t max_profiles = 1'000'000;  // over all segments together
    std::uint64_t min_profiles = 1;
    /// Of the ledger, and at least 100 members, hold the run; 0: any member does.
    unsigned max_removal_percent = 20;
};

enum class Mode { mirror, upsert };

/// What becomes of contacts that are not on the list and may have left it before this program came.
enum class Existing {
    ask,    // the first run that would put them on the list is held
    add,    // they are put on it
    leave,  // they are left alone
};

struct Export {
    std::string name, title;
    std::string connection;             // empty: detached, never runs
    std::string destination;            // audience id, list id
    std::vector<std::string> segments;  // in this order the first profile wins
    std::string email;                  // the attribute that is the address
    std::string key;                    // the attribute that is a stable key of the person; empty: none
    std::vector<FieldMap> fields;
    Mode mode = Mode::mirror;
    std::string schedule = "refresh";  // "refresh", "manual" or a CALENDAR
    std::string timezone;              // for a CALENDAR; IANA
    bool hold = false;                 // every run waits for approval
    bool clear_empty = false;          // send null and empty as empty
    bool create_fields = false;        // make missing provider fields
    bool tag_segments = false;         // Constant Contact: a tag per segment too
    bool enabled = true;
    Existing existing = Existing::ask;
    Guards guards;
    SysTime created_at;
    SysTime updated_at;         // for display
    std::int64_t revision = 1;  // raised by the store with every change
};

const char* to_string(Mode) noexcept;
const char* to_string(Existing) noexcept;
std::optional<Existing> parse_existing(std::string_view word) noexcept;

}  // namespace audienced::model
