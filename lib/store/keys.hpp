// The vault of a database: its hash root lies sealed in vault_keys.
#pragma once

#include <string>

#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

/// The vault under `master`; makes the hash root in a database that has none. Errors: bad_config (another
/// master key than the one that sealed this database), store_*.
result<vault::Vault> open_vault(Database&, const Secret& master);

/// With the master key of the directory or the credential. Takes up a change of keys that was cut short, and
/// begins one when a new credential has the old one beside it as master-key-old: then the vault has a former
/// key, and finish_rotation() is due (rotation.hpp). Errors: also those of
/// vault/master_key.hpp.
result<vault::Vault> open_vault(Database&, const std::string& state_dir);

/// Which master key sealed the database (Vault::key_id()); empty: none yet.
result<std::string> key_id_of(Database&);

}  // namespace audienced::store
