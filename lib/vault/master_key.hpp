// Where the master key lies, and how another takes its place without a moment in which a crash loses it.
// Of all: blocks; errors: bad_config (wrong owner, mode or size, with the mend), store_failed.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace audienced::vault {

/// Does the key come from a systemd credential? Then only its giver can change it.
bool master_key_is_credential();
/// $CREDENTIALS_DIRECTORY/master-key-old: the key to change from, while a new credential is brought in.
result<std::optional<Secret>> load_old_credential();

/// As load_master_key(), but makes none.
result<std::optional<Secret>> find_master_key(const std::string& state_dir);

/// A new key in STATE_DIR/master.key.new, durable when it returns. One left by an earlier attempt is
/// replaced.
result<Secret> stage_master_key(const std::string& state_dir);
result<std::optional<Secret>> load_staged_key(const std::string& state_dir);
/// The staged key becomes master.key. Call it when everything is sealed under it.
result<void> promote_staged_key(const std::string& state_dir);
result<void> drop_staged_key(const std::string& state_dir);

}  // namespace audienced::vault
