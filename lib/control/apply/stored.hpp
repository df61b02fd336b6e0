// All definitions as they are stored, read in one step.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/apply/shapes.hpp"
#include "store/definitions.hpp"
#include "vault/vault.hpp"

namespace audienced::control {

struct Stored {
    std::map<std::string, model::Source, std::less<>> sources;
    std::map<std::string, model::Segment, std::less<>> segments;
    std::map<std::string, model::Connection, std::less<>> connections;
    std::map<std::string, model::Credentials, std::less<>> credentials;  // of each connection
    std::map<std::string, model::Export, std::less<>> exports;
    std::optional<store::RefreshSchedule> schedule;

    Shapes shapes() const;
    /// Changes with every change of a definition that a person makes; 32 hex digits.
    std::string state() const;
};

/// In one read transaction, on the store's thread. Errors: store_*.
result<Stored> read_stored(store::Database&, const vault::Vault&);

}  // namespace audienced::control
