#pragma once

#include <string_view>

#include "base/secret.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

/// Sealed values by owner. `owner_kind` is "source" or "connection". An empty secret removes the row.
result<void> put_secret(Database&, const vault::Vault&, std::string_view owner_kind, std::string_view owner,
                        std::string_view name, const Secret&);
/// Empty if absent.
result<Secret> get_secret(Database&, const vault::Vault&, std::string_view owner_kind, std::string_view owner,
                          std::string_view name);
result<void> remove_secrets(Database&, std::string_view owner_kind, std::string_view owner);

}  // namespace audienced::store
