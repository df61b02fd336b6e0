// The same customers as a table, a file and a model, for measuring how fast each is read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/source.hpp"
#include "support/postgres_server.hpp"

namespace audienced::bench {

struct Kind {
    std::string name;  // "csv.gz"
    model::Source source;
    model::Segment segment;
};

/// Writes `rows` customers in every form below `folder`; none for PostgreSQL without `server`.
std::vector<Kind> make_data(const std::string& folder, std::uint64_t rows, test::PostgresServer* server);

}  // namespace audienced::bench
