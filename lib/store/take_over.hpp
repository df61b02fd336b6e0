// What the database that a restore replaces knows better than the backup, where it can still be read.
#pragma once

#include <string>
#include <vector>

#include "store/database.hpp"

namespace audienced::store {

struct TakenOver {
    std::vector<std::string> withdrawn;  // connections whose consent was withdrawn since
    std::vector<std::string> disabled;   // exports that were disabled since
    std::vector<std::string> tokens;     // connections whose tokens were renewed since, and are taken from it
};
/// What takes a permission away, and tokens that were renewed, are taken from `present` into `restored`;
/// nothing else. Errors: store_*: then nothing is taken.
result<TakenOver> take_over(Database& restored, Database& present);

}  // namespace audienced::store
