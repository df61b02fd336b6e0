// Who changed what: rows that are only added, each bound to the one before (docs/decisions/audit.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

struct AuditRow {
    std::int64_t seq = 0;  // from 1, without a hole
    SysTime at;
    std::int64_t uid = -1;  // -1: the daemon itself
    // before and after: JSON without secrets; an empty `before`: the object did not exist, an empty `after`:
    // it does not exist any more.
    std::string user, action, object, before, after;
    std::string hash;  // 32 bytes
};

/// Within the transaction of the change that it tells of. The row gets the next number, at least `seq`; its
/// hash is not looked at.
result<void> add_audit(Database&, const vault::Vault&, const AuditRow&);
/// A change that the daemon made by itself: its row, and the row added.
AuditRow own_audit_row(SysTime at, std::string action, std::string object, std::string before,
                       std::string after);
result<void> add_own_audit(Database&, const vault::Vault&, SysTime at, std::string action, std::string object,
                           std::string before, std::string after);
/// Newest first.
result<std::vector<AuditRow>> list_audit(Database&, std::size_t limit);

/// The newest row of this action on this object.
result<std::optional<AuditRow>> last_audit(Database&, std::string_view action, std::string_view object);

/// The largest number that a row ever had, also of rows that are gone.
result<std::int64_t> audit_numbers_given(Database&);

/// What the hash of a row stands for: all of it, and the hash of the row before (32 zeros for the first).
std::string audit_hash(const vault::Vault&, const AuditRow&, std::string_view hash_before);
extern const std::string first_audit_hash;

/// {"KEY":"VALUE", ...}, for the daemon's own rows.
std::string audit_json(const std::vector<std::pair<std::string, std::string>>& members);

/// Rows from `from` on were not there when row `to` + 1 was written: an older database was put back, or they
/// were removed. The row that the daemon adds then says so, and has this `before` and `after`.
constexpr const char* rows_missing = "audit rows missing";
std::string newest_json(std::int64_t seq);
/// Nothing tells whether rows are missing: at a start the file audit-head was gone or was not ours, or a
/// database that was used before had no row at all.
constexpr const char *head_missing = "audit head missing", *audit_emptied = "audit emptied";

}  // namespace audienced::store
