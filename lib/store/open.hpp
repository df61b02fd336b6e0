#pragma once

#include <string>

#include "store/database.hpp"
#include "store/lock.hpp"

namespace audienced::store {

struct Opened {
    StateLock lock;  // lives as long as the daemon
    Database db;
    int schema_before = 0;  // as the file had it; 0: it was new
};

/// Is a name in the state directory of a file of ours? (A folder that is mounted has a lost+found of root's.)
bool is_of_state(const std::string& name);

/// The state directory alone, checked and locked: for work on it while no daemon runs. Errors: those of
/// open_state() that are not about the database.
result<StateLock> lock_state(const std::string& state_dir);

/// The state directory (made with 0700 where there is none) locked, and STATE_DIR/audienced.db in it opened,
/// checked and migrated. The vault comes next: open_vault (keys.hpp). Blocks: some 30 ms, whatever the
/// ledger's size. Errors: bad_config (the directory belongs to another user or others may write to it; the
/// database is of another program), store_busy (a second daemon), wrong_state (a newer file), store_corrupt
/// (names the file, which stays as it is), store_full, store_failed.
result<Opened> open_state(const std::string& state_dir);

}  // namespace audienced::store
