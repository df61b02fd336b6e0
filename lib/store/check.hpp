#pragma once

#include "store/database.hpp"

namespace audienced::store {

/// Runs a PRAGMA that answers "ok" or what is wrong. Errors: store_corrupt.
result<void> check(Database&, const char* pragma);

/// The check of a start: everything where the file is small; else all but the tables that grow with the
/// members; damage of those is found when they are read (a full check of a million members takes longer than
/// a start may).
result<void> quick_check(Database&);

}  // namespace audienced::store
