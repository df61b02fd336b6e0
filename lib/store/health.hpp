// Is the database sound, and the audit whole? Looked at beside the running daemon.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "store/audit_chain.hpp"

namespace audienced::store {

struct Health {
    AuditChain audit;
    std::optional<Error> damage;
    std::optional<Error> audit_unread;  // damage kept it from being read
    bool has_head = false;              // the file of the newest row
    std::optional<Error> head_fault;    // it is not what this program wrote
};

/// Through a handle of its own, so that the store's thread is not held up. `full`: every page and index,
/// seconds for a large file; else as at a start, some 30 ms. Blocks. Errors: not_found (there is no
/// database), cancelled, store_*.
result<Health> examine(const std::string& state_dir, const vault::Vault&, bool full, std::stop_token);

}  // namespace audienced::store
