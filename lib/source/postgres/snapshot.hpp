// The one transaction that a segment is read in.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace audienced::source::postgres {

class Connection;

/// Begins a read-only transaction that sees one snapshot, in which values look alike whatever the role or the
/// database has set, and gives the snapshot's id. What an engine refuses is left out, except what the form of
/// dates rests on. Errors: those of Connection::run(); bad_config, if dates would be ambiguous.
result<std::string> begin_snapshot(Connection& connection, std::uint64_t statement_seconds);

}  // namespace audienced::source::postgres
