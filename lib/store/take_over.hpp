// What the database that a restore replaces knows better than the backup, where it can still be read.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/database.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

struct TakenOver {
    std::vector<std::string>
        withdrawn;                      // connections whose consent was withdrawn since, or that were removed
    std::vector<std::string> disabled;  // exports that were disabled since, or removed
    std::vector<std::string> detached;  // exports that lost their connection since
    std::vector<std::string> stopped;   // connections that stopped themselves since, or need a person
    std::vector<std::string> tokens;    // connections whose tokens were renewed since, and are taken from it
};
/// What takes a permission away, and tokens that were renewed, are taken from `present` into `restored`;
/// nothing else. `newer`: `present` is what became of the same state after the backup, so what it has no more
/// was removed. A row of the audit tells of it. Errors: store_*: then nothing is taken.
result<TakenOver> take_over(Database& restored, const vault::Vault&, Database& present, SysTime now,
                            bool newer);

}  // namespace audienced::store
