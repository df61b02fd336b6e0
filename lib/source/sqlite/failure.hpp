// What SQLite says of a file or query that cannot be read, in words.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "source/sqlite/files.hpp"

namespace audienced::source::sqlite {

/// What SQLite gave when it failed.
struct Failure {
    int code = 0;
    std::string said;
    int cause = 0;  // errno, where the system refused something
};

/// In our words. `head` is the beginning of the file, `sql` the statement at fault, if there is one.
/// Errors: not_ready (busy, not readable, no database), usage, not_found.
Error failure_of(const Failure& failure, const Files& files, std::string_view head, std::string_view sql);

}  // namespace audienced::source::sqlite
