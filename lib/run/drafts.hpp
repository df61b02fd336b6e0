// Definitions that are not stored yet, in front of those that are: what a file of definitions is checked with
// before any of it is stored.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/secret.hpp"
#include "model/connection.hpp"
#include "model/source.hpp"

namespace audienced::run {

/// Each by its name. What is not here is as it is stored.
struct Drafts {
    std::map<std::string, model::Source, std::less<>> sources;
    /// New secrets of sources, by source and name.
    std::map<std::string, std::map<std::string, Secret, std::less<>>, std::less<>> source_secrets;
    std::map<std::string, model::Segment, std::less<>> segments;
    std::map<std::string, model::Connection, std::less<>> connections;
    /// Of each of `connections`.
    std::map<std::string, model::Credentials, std::less<>> credentials;
};

/// Shared, since a source that hangs may outlive the command that opened it. Null: there are none.
using DraftsPtr = std::shared_ptr<const Drafts>;

template <class Map>
const typename Map::mapped_type* find_draft(const Map& map, std::string_view name) {
    const auto at = map.find(name);
    return at == map.end() ? nullptr : &at->second;
}

}  // namespace audienced::run
