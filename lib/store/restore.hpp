// A state that is put back from a backup: checked first, told apart from the state that it replaces, and
// prepared so that nothing is decided on what it does not know any more.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "model/ids.hpp"
#include "store/database.hpp"
#include "store/lock.hpp"
#include "store/take_over.hpp"

namespace audienced::store {

struct RestoreRequest {
    std::string state_dir;      // locked by the caller, and the caller's own
    int file = -1;              // the backup, open for reading
    std::string name;           // as the caller called it
    std::optional<Secret> key;  // of a credential; none: the key file of the state directory
    std::int64_t uid = 0;       // for the audit
    std::string by;
    SysTime now;
};
struct Restored {
    SysTime backup_at;
    std::string backup_by;   // empty: the file was not made by `audiencectl backup`
    std::string kept_aside;  // the database that was there, under its new name; empty: there was none
    std::size_t runs = 0;    // that were not over, and are cancelled
    std::size_t open_batches = 0;
    std::size_t forgets = 0;          // of the journal that the backup did not know
    std::size_t journal_damaged = 0;  // lines of the journal
    /// Forgets from then on must be repeated: neither the journal nor the database that was there knows them.
    std::optional<SysTime> forgets_lost_since;
    std::vector<std::string> sign_ins;  // connections whose tokens may have been renewed since
    std::vector<std::string> asking;    // exports with --existing add, which ask now
    bool compared = false;              // the database that was there could be read
    TakenOver taken;                    // from it
};
/// Until the last step nothing but files named audienced.db.restoring* is touched. Blocks. Errors: usage (no
/// backup of audienced), store_corrupt (one that is damaged), wrong_state (of a newer version), bad_config
/// (there is no master key, or another one), store_full, store_failed.
result<Restored> restore(const RestoreRequest&);

/// When the state was restored, and from what.
struct Origin {
    SysTime backup_at;
    std::string backup_by;
    std::optional<SysTime> restored_at;
    std::string restored_by;
    bool announced = true;
    /// Forgets from then on until the restore may be unknown to this state; none: all are known.
    std::optional<SysTime> forgets_lost_since;
};
result<std::optional<Origin>> get_origin(Database&);
result<void> set_forgets_lost_since(Database&, std::optional<SysTime>);
/// From when on forgets must be repeated, while an export waits for that; none: no export does.
result<std::optional<SysTime>> forgets_to_repeat(Database&);
/// The same of one export: its first run since the restore waits for a person.
result<std::optional<SysTime>> forgets_to_repeat(Database&, model::ExportId);
result<void> set_announced(Database&);

/// The instant of the backup, where the connection has the tokens that it had then.
result<std::optional<SysTime>> tokens_restored_from(Database&, std::string_view connection);
/// A run of the export completed.
result<void> set_settled_since_restore(Database&, std::string_view export_name);
/// Exports of which no run has completed since the restore.
result<std::vector<std::string>> exports_to_settle(Database&);

}  // namespace audienced::store
