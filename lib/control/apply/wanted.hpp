// The definitions that a file asks for, read against those that are stored: what the file leaves out is its
// default, not what is stored.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "control/apply/changes.hpp"
#include "control/apply/stored.hpp"
#include "control/handlers/connection_draft.hpp"
#include "control/handlers/export_options.hpp"
#include "control/handlers/source_draft.hpp"

namespace audienced::control {

/// What is wrong with one object of the file.
struct Problem {
    std::string object;  // "export:spring"; "schedule:refresh"; empty: the file as a whole
    Error error;
};
using Problems = std::vector<Problem>;

struct WantedSource {
    model::Source source;
    NamedSecrets secrets;  // those that are not as stored
};
struct WantedExport {
    model::Export definition;
    GivenOptions given;  // options of a provider that the file names
};

struct Wanted {
    std::map<std::string, WantedSource, std::less<>> sources;
    std::map<std::string, model::Segment, std::less<>> segments;
    std::map<std::string, Draft, std::less<>> connections;
    std::map<std::string, WantedExport, std::less<>> exports;
    std::optional<store::RefreshSchedule> schedule;
    SecretChanges new_secrets;

    Shapes shapes() const;
};

struct ReadBy {
    std::string user;  // who consents where a new connection has consent
    SysTime now;
    std::string host_timezone;
    bool prune = false;
};

/// `objects`: {"source": {NAME: {...}}, ..., "schedule": {...}} with the keys of file_keys.hpp, secrets as
/// text. Notes the first problem of each object; what has one is left out of the result. On the store's
/// thread, or where the stored secrets may be opened.
Wanted read_wanted(const nlohmann::json& objects, const Stored& stored, store::Database& db,
                   const vault::Vault& vault, const ReadBy& by, Problems& problems);

}  // namespace audienced::control
