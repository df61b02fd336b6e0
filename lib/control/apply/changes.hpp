// What has to change so that what is stored is what a file says. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "control/apply/shapes.hpp"

namespace audienced::control {

struct FieldChange {
    std::string field;
    std::string before, after;  // JSON; empty: it has none
    bool secret = false;        // the values are not told

    bool operator==(const FieldChange&) const = default;
};

struct Change {
    enum class Act { add, edit, remove };
    Act act = Act::add;
    std::string noun, name;
    std::vector<FieldChange> fields;  // of an addition and a removal all that is not a default

    std::string object() const { return noun + ":" + name; }  // "export:spring"
    bool has(std::string_view field) const;
    bool operator==(const Change&) const = default;
};
const char* to_string(Change::Act) noexcept;

/// Noun and name -> secrets that are not as stored: names only.
using SecretChanges = std::map<std::pair<std::string, std::string>, std::set<std::string>>;

/// Additions and edits in the order of the nouns, so that each finds what it refers to; with `prune` then the
/// removal of what is not in `wanted`, in reverse.
std::vector<Change> changes_between(const Shapes& stored, const Shapes& wanted, const SecretChanges& secrets,
                                    bool prune);
/// What is stored and not in `wanted`: "export:spring".
std::vector<std::string> beyond(const Shapes& stored, const Shapes& wanted);

}  // namespace audienced::control
