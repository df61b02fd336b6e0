// PostgreSQL, or anything that speaks its protocol; a segment is a query or a table (or view).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "source/registry.hpp"

namespace audienced::source::postgres {

/// A connection string taken apart; it may name several servers, with commas.
using ConnInfo = std::vector<std::pair<std::string, std::string>>;

struct Options {
    ConnInfo conninfo;                      // what the person gave; no password
    std::uint64_t statement_seconds = 600;  // the longest one statement may take
    std::string ready_query;                // must give a first value that is true; empty: always ready
    Secret password;
};

/// Errors: usage; never with a part of the conninfo in it that could be a password.
result<Options> parse_options(const model::Source&);
/// Takes one server out of several; false if there is only one.
bool drop_host(ConnInfo& conninfo, std::string_view host, std::string_view port);
std::unique_ptr<Source> open(Options);

}  // namespace audienced::source::postgres
