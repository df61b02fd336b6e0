// The book in the database, and what there is to judge.
#pragma once

#include <string>

#include "notify/book.hpp"
#include "notify/findings.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::notify {

result<Book> load_book(store::Database&);
/// Writes what differs, in one transaction. The round is written only where it was ended.
result<void> save_book(store::Database&, const Book& before, const Book& after);
/// Exports with their last runs, connections, the round. The caller adds the rest.
result<World> read_world(store::Database&, const vault::Vault&, SysTime now);
/// Is there room for a while, and can a row be written? Errors: store_full, with why; store_*.
result<void> probe_disk(store::Database&, const std::string& state_dir);

}  // namespace audienced::notify
