// The newest row of the audit, kept in a file beside the database too, so that rows cut off its end are
// missed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/audit.hpp"

namespace audienced::store {

struct AuditHead {
    std::int64_t seq = 0;  // 0: the audit was empty
    std::string hash = first_audit_hash;
    bool operator==(const AuditHead&) const = default;
};

/// STATE_DIR/audit-head
std::string audit_head_path(const std::string& state_dir);
/// Nothing where there is no such file. Errors: store_corrupt (it is not what this program wrote),
/// store_failed.
result<std::optional<AuditHead>> read_audit_head(const std::string& path, const vault::Vault&);
/// Replaces it as a whole. Errors: store_full, store_failed.
result<void> write_audit_head(const std::string& path, const vault::Vault&, const AuditHead&);
/// As the database has it.
result<AuditHead> audit_head_of(Database&);

}  // namespace audienced::store
