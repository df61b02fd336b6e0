#include <libpq-fe.h>

#include <algorithm>

#include "base/text.hpp"
#include "source/postgres/connection.hpp"
#include "source/postgres/snapshot.hpp"
#include "source/select_only.hpp"
#include "source/settings.hpp"
#include "source/unreadable.hpp"
#include "source/utf8.hpp"

namespace audienced::source::postgres {
namespace {

// Rows a FETCH brings at once: enough to forget the round trip, few enough that memory stays flat (until rows
// are of a megabyte each; see rows_at_once). A Redshift of one node gives no more.
constexpr int rows_a_fetch = 1000;
constexpr std::size_t bytes_a_fetch = 4u << 20;

/// crm.customers -> "crm"."customers"; a part may be quoted already.
std::string quoted_table(std::string_view name) {
    if (name.find('"') != name.npos) return std::string(name);
    std::string out;
    for (;;) {
        const auto dot = name.find('.');
        out += quoted_name(name.substr(0, dot));
        if (dot == name.npos) return out;
        out += ".";
        name.remove_prefix(dot + 1);
    }
}

result<std::string> sql_of(const model::Segment& segment) {
    if (segment.kind == model::Segment::Kind::table) return "SELECT * FROM " + quoted_table(segment.what);
    if (auto fine = check_select(segment.what, Dialect::postgres); !fine) return fine.error();
    if (segment.what.find('\0') != std::string::npos)
        return make_error(Errc::usage, "the query holds a NUL byte");
    return std::string(trim(segment.what));  // a byte order mark means nothing to the server
}

std::vector<std::string> column_names(const pg_result* rows) {
    std::vector<std::string> names;
    for (int i = 0; i < PQnfields(rows); ++i) names.emplace_back(PQfname(rows, i));
    return names;
}

/// How many rows the next FETCH may bring, by the size of those of the last.
int rows_at_once(std::size_t bytes, int rows) {
    if (rows == 0 || bytes == 0) return rows_a_fetch;
    const auto fit = static_cast<std::size_t>(rows) * bytes_a_fetch / bytes;
    return static_cast<int>(std::clamp<std::size_t>(fit, 1, rows_a_fetch));
}

class PostgresSource final : public Source {
public:
    explicit PostgresSource(Options options) : options_(std::move(options)) {}

    result<std::string> test(std::stop_token stop) override {
        auto connection = Connection::open(options_, stop);
        if (!connection) return connection.error();
        if (auto id = begin_snapshot(**connection, options_.statement_seconds); !id) return id.error();
        return (*connection)->server();
    }

    result<Description> describe(const model::Segment& segment, std::stop_token stop) override {
        auto sql = sql_of(segment);
        if (!sql) return sql.error();
        auto connection = Connection::open(options_, stop);
        if (!connection) return connection.error();
        if (auto id = begin_snapshot(**connection, options_.statement_seconds); !id) return id.error();
        auto shape = (*connection)->describe(*sql);
        if (!shape) return shape.error();
        Description description;
        description.columns = column_names(shape->get());
        return description;
    }

    result<Snapshot> read(const model::Segment& segment, const std::vector<std::string>& columns,
                          RowSink& sink, std::stop_token stop) override {
        auto sql = sql_of(segment);
        if (!sql) return sql.error();
        auto opened = Connection::open(options_, stop);
        if (!opened) return opened.error();
        Connection& connection = **opened;
        auto id = begin_snapshot(connection, options_.statement_seconds);
        if (!id) return id.error();
        if (auto fine = ready(connection); !fine) return fine.error();
        auto shape = connection.describe(*sql);
        if (!shape) return shape.error();
        auto indices = find_columns(column_names(shape->get()), columns, "the segment " + segment.name);
        if (!indices) return indices.error();
        if (auto declared = connection.run("DECLARE audienced_rows CURSOR FOR " + *sql); !declared)
            return declared.error();
        Snapshot snapshot;
        snapshot.id = *id;
        if (auto fine = copy(connection, *indices, sink, snapshot.rows, stop); !fine) return fine.error();
        return snapshot;
    }

private:
    /// Errors: not_ready, if the ready-query does not give a true value.
    result<void> ready(Connection& connection) const {
        if (options_.ready_query.empty()) return {};
        auto rows = connection.run(std::string(trim(options_.ready_query)));
        if (!rows) return rows.error();
        if (PQntuples(rows->get()) > 0 && PQnfields(rows->get()) > 0) {
            const std::string_view value = PQgetvalue(rows->get(), 0, 0);
            if (!value.empty() && value != "f" && value != "false" && value != "0") return {};
        }
        return retryable(Errc::not_ready, "the data is not ready yet: the source's --ready-query answered no",
                         "with --ready-wait MINUTES a run waits for it");
    }

    static result<void> copy(Connection& connection, const std::vector<std::size_t>& indices, RowSink& sink,
                             std::uint64_t& number, const std::stop_token& stop) {
        std::vector<Value> values(indices.size());
        // The first rows may be big ones: begin with few.
        for (int at_once = 50;;) {
            auto rows = connection.run("FETCH FORWARD " + std::to_string(at_once) + " FROM audienced_rows");
            if (!rows) return rows.error();
            const int count = PQntuples(rows->get());
            if (count == 0) return {};
            for (int r = 0; r < count; ++r) {
                if (stop.stop_requested()) return cancelled();
                if (!hand_on(rows->get(), r, indices, values, sink, ++number)) return cancelled();
            }
            at_once = rows_at_once(PQresultMemorySize(rows->get()), count);
        }
    }

    static bool hand_on(const pg_result* rows, int r, const std::vector<std::size_t>& indices,
                        std::vector<Value>& values, RowSink& sink, std::uint64_t number) {
        for (std::size_t i = 0; i < indices.size(); ++i) {
            const int c = static_cast<int>(indices[i]);
            values[i].null = PQgetisnull(rows, r, c) != 0;
            values[i].text = {PQgetvalue(rows, r, c), static_cast<std::size_t>(PQgetlength(rows, r, c))};
            if (!readable(values[i].text)) {
                std::optional<std::string_view> address;
                if (i > 0 && !values[0].null) address = values[0].text;
                return sink.reject(number, undecodable(PQfname(rows, c), values[i].text), address);
            }
        }
        return sink.row(number, values);
    }

    Options options_;
};

}  // namespace

std::unique_ptr<Source> open(Options options) {
    return std::make_unique<PostgresSource>(std::move(options));
}

}  // namespace audienced::source::postgres
