#pragma once

#include <map>
#include <string>

#include "base/clock.hpp"

namespace audienced::model {

/// Where unified customer profiles live. `settings` are the words of `source add` without the dashes:
/// {"sqlite": "/srv/crm.db"}, {"csv": "/srv/export", "delimiter": ";"} ...; secrets lie in the vault.
struct Source {
    std::string name;
    std::string kind;  // "sqlite", "postgres", "csv", "cdm", "customer-insights"
    std::map<std::string, std::string> settings;
    SysTime created_at;
};

/// A named set of profiles of one source.
struct Segment {
    enum class Kind { query, table, file, entity };
    std::string name;
    std::string source;
    Kind kind = Kind::query;
    std::string what;   // the SQL text, table, file (relative to the source's folder) or entity
    std::string title;  // becomes the tag's name; at most 50 bytes at Mailchimp
    SysTime created_at;
};

const char* to_string(Segment::Kind) noexcept;

}  // namespace audienced::model
