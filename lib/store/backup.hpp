#pragma once

#include <string>

#include "store/database.hpp"

namespace audienced::store {

/// A whole, checked, durable copy under `path` (0600, absolute), or none: written beside it, checked, synced,
/// renamed. It has no trace of deleted rows. The master key is not in it. Replaces a file that is there.
/// Outside of transactions. Errors: store_corrupt (the copy does not pass the check: the original is
/// damaged), store_full, store_failed.
result<void> backup_to(Database&, const std::string& path);

/// Every page and every index (seconds for a large file). Errors: store_corrupt.
result<void> check_integrity(Database&);

/// Empties the write-ahead log, so that what was deleted is on no page any more. Errors: store_busy (another
/// program reads).
result<void> scrub(Database&);

}  // namespace audienced::store
