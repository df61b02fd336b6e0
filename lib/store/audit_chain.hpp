// Is the audit whole? Read page by page, so that a long one keeps no thread for long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/audit.hpp"
#include "store/audit_head.hpp"

namespace audienced::store {

struct AuditFault {
    enum class Kind {
        changed,  // the row `from` is not what was written
        missing,  // the rows `from` to `to` are not there
        cut_off   // the same, and they were the newest
    };
    Kind kind = Kind::changed;
    std::int64_t from = 0, to = 0;
    bool operator==(const AuditFault&) const = default;
};

struct AuditChain {
    std::int64_t newest = 0;  // seq of the last row that was read
    std::string hash = first_audit_hash;
    std::uint64_t rows = 0;
    std::uint64_t told_gaps = 0;      // rows that say of themselves that rows before them are missing
    std::int64_t unproven = 0;        // the first row that says that rows before it may have been removed
    std::optional<AuditFault> first;  // of the faults
    std::uint64_t faults = 0;
    bool at_end = false;
};

/// Reads and checks the next `rows` rows. at_end: there are no more, and the last numbers were looked at too.
result<void> check_next_audit_rows(Database&, const vault::Vault&, AuditChain&, std::size_t rows);

/// Against what was kept beside the database. `chain` is at its end.
result<void> check_audit_head(Database&, const AuditHead&, AuditChain& chain);

}  // namespace audienced::store
