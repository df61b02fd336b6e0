#pragma once

struct sqlite3;

namespace audienced::source::sqlite {

/// From now on statements of this connection may select, and nothing else: no ATTACH, no PRAGMA that sets
/// something, no transaction, no extension. Statements that write into a table can still be prepared:
/// sqlite3_stmt_readonly() tells them.
void forbid_writing(sqlite3*);

}  // namespace audienced::source::sqlite
