// The vault of a database: its hash root lies sealed in vault_keys.
#pragma once

#include <cstdint>
#include <string>

#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

/// The vault under `master`; makes the hash root in a database that has none. Errors: bad_config (another
/// master key than the one that sealed this database), store_*.
result<vault::Vault> open_vault(Database&, const Secret& master);

/// With the master key of the directory or the credential; finishes a change of keys that was cut short, and
/// follows a new credential when the old one is given as master-key-old. Errors: also those of
/// vault/master_key.hpp.
result<vault::Vault> open_vault(Database&, const std::string& state_dir);

/// Which master key sealed the database (Vault::key_id()); empty: none yet.
result<std::string> key_id_of(Database&);

/// Seals everything again under the fresh key, in one transaction; gives how many values. Both vaults must
/// have the same hash root (`fresh` is made with it), and hashes stay as they are. Errors: store_corrupt (a
/// value does not open: nothing is changed).
result<std::uint64_t> rotate_keys(Database&, const vault::Vault& old, const vault::Vault& fresh);

/// A new master key: a new key file, everything sealed under it, the vault replaced. A crash at any
/// instruction leaves a database that opens. Errors: wrong_state (the key is a credential: the administrator
/// changes it).
result<std::uint64_t> rotate_master_key(Database&, vault::Vault&, const std::string& state_dir);

}  // namespace audienced::store
