// A SQLite file; a segment is a query or a table (or view) of it.
#pragma once

#include <memory>
#include <string>

#include "source/registry.hpp"

namespace audienced::source::sqlite {

struct Options {
    std::string file;
    std::uint64_t busy_seconds = 10;  // how long to wait for another program's lock
    std::string ready_query;          // must give a first value that is true; empty: always ready
};

/// Errors: usage.
result<Options> parse_options(const model::Source&);
std::unique_ptr<Source> open(Options);

}  // namespace audienced::source::sqlite
