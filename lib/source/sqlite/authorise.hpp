#pragma once

struct sqlite3;

namespace audienced::source::sqlite {

/// From now on statements of this connection may select, and nothing else: no ATTACH, no PRAGMA, no write, no
/// transaction, no extension.
void forbid_writing(sqlite3*);

}  // namespace audienced::source::sqlite
