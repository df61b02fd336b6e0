// A real PostgreSQL server and a source that reads it, for the tests of this folder.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/postgres_server.hpp"

namespace audienced::unit {

/// One server for all cases; each case makes its own tables. Null where there is none.
inline test::PostgresServer* postgres_server() {
    static const std::unique_ptr<test::PostgresServer> one = test::PostgresServer::start();
    return one.get();
}

struct PostgresPassword final : source::Secrets {
    std::string password;
    std::string get(std::string_view name) const override { return name == "password" ? password : ""; }
};

struct PostgresBench {
    model::Source settings{"crm", "postgres", {}, {}};
    PostgresPassword secrets;

    explicit PostgresBench(const std::string& conninfo) { settings.settings["postgres"] = conninfo; }
    std::unique_ptr<source::Source> open() {
        source::Environment environment;
        environment.secrets = &secrets;
        auto made = source::make(settings, environment);
        REQUIRE(made.has_value());
        return std::move(*made);
    }
    static model::Segment query(const std::string& sql) {
        return {"seg", "crm", model::Segment::Kind::query, sql, "", {}};
    }
    static model::Segment table(const std::string& t) {
        return {"seg", "crm", model::Segment::Kind::table, t, "", {}};
    }
    result<source::Snapshot> read(const model::Segment& s, const std::vector<std::string>& columns,
                                  test::KeptRows& rows, std::stop_token stop = {}) {
        return open()->read(s, columns, rows, stop);
    }
    /// All values of all columns with blanks between, or the error.
    std::string said_of(const model::Segment& segment) {
        auto source = open();
        auto described = source->describe(segment, {});
        if (!described)
            return std::string(to_string(described.error().code)) + ": " + described.error().text();
        test::KeptRows rows;
        auto r = source->read(segment, described->columns, rows, {});
        if (!r) return std::string(to_string(r.error().code)) + ": " + r.error().text();
        std::string all;
        for (const auto& row : rows.rows)
            for (const auto& value : row) all += (all.empty() ? "" : " ") + value;
        return all;
    }
};

}  // namespace audienced::unit
