#pragma once

#include "store/restore.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

/// In one transaction of the restored database: marks it, cancels the runs that were not over, and makes the
/// next runs read from the provider what the backup cannot know. Fills in all of `out` but what the files
/// tell.
result<void> prepare_restored(Database&, const vault::Vault&, const RestoreRequest&, Restored& out);

}  // namespace audienced::store
