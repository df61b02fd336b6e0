#include "source/postgres/snapshot.hpp"

#include <libpq-fe.h>

#include <optional>
#include <vector>

#include "source/postgres/connection.hpp"

namespace audienced::source::postgres {
namespace {

/// A statement that not every engine knows.
struct Step {
    std::string sql;
    bool refused = false;
};

struct Steps {
    std::vector<Step> settings;
    std::vector<Step> ids;  // the first one that is not refused is asked
};

/// TimeZone is left as it is: which day a moment belongs to is a part of the query's meaning, and in ISO form
/// a moment carries its offset. So is the order of day and month in dates that a query writes.
Steps steps_for(const Connection& connection, std::uint64_t statement_seconds) {
    // From 12 on, 1 means the shortest text that is exact; before, one digit more than a float8 has.
    const bool shortest_floats = connection.version() >= 120000;
    Steps steps;
    steps.settings = {
        {"SET LOCAL DateStyle = 'ISO'"},
        {"SET LOCAL IntervalStyle = 'postgres'"},
        {"SET LOCAL bytea_output = 'hex'"},
        {std::string("SET LOCAL extra_float_digits = ") + (shortest_floats ? "1" : "0")},
        {"SET LOCAL statement_timeout = " + std::to_string(statement_seconds * 1000)},
        // The plan is to be the best one for all rows, not for the first few.
        {"SET LOCAL cursor_tuple_fraction = 1.0"},
        {"SET LOCAL client_connection_check_interval = '5s'"},
    };
    // A database without an encoding holds any bytes: taken as they are, one bad value costs its row alone.
    if (connection.parameter("server_encoding") == "SQL_ASCII")
        steps.settings.push_back({"SET LOCAL client_encoding = 'SQL_ASCII'"});
    steps.ids = {{"SELECT txid_current_snapshot()"}, {"SELECT now()"}, {"SELECT CURRENT_TIMESTAMP"}};
    return steps;
}

/// The engine does not know the statement; else the connection is lost, the server busy, or we are to stop.
bool is_refusal(const Error& error) {
    return error.code != Errc::cancelled && !error.safe_to_retry;
}

/// Nothing, if a step was refused and marked: the transaction is spoilt then, and begun anew without it. (A
/// savepoint before each step would do too, where the engine has savepoints.)
result<std::optional<std::string>> attempt(Connection& connection, Steps& steps) {
    if (auto begun = connection.run("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"); !begun)
        return begun.error();
    for (Step& step : steps.settings) {
        if (step.refused) continue;
        auto done = connection.run(step.sql);
        if (done) continue;
        if (!is_refusal(done.error())) return done.error();
        step.refused = true;
        return std::nullopt;
    }
    for (Step& step : steps.ids) {
        if (step.refused) continue;
        auto rows = connection.run(step.sql);
        if (rows)
            return PQntuples(rows->get()) == 0 ? std::string() : std::string(PQgetvalue(rows->get(), 0, 0));
        if (!is_refusal(rows.error()) || &step == &steps.ids.back()) return rows.error();
        step.refused = true;
        return std::nullopt;
    }
    return make_error(Errc::bug, "every statement that gives an id was refused");
}

result<void> check_dates(const Connection& connection) {
    const std::string style = connection.parameter("DateStyle");
    if (style.empty() || style.starts_with("ISO")) return {};
    return make_error(Errc::bad_config,
                      "the server writes dates as \"" + style + "\" and does not let that be changed",
                      "set DateStyle to ISO for the user that the source signs in with");
}

}  // namespace

result<std::string> begin_snapshot(Connection& connection, std::uint64_t statement_seconds) {
    Steps steps = steps_for(connection, statement_seconds);
    for (;;) {
        auto id = attempt(connection, steps);
        if (!id) return id.error();
        if (id->has_value()) {
            if (auto fine = check_dates(connection); !fine) return fine.error();
            return std::move(**id);
        }
        if (auto done = connection.run("ROLLBACK"); !done) return done.error();
    }
}

}  // namespace audienced::source::postgres
