#include <sqlite3.h>

#include "source/select_only.hpp"
#include "source/settings.hpp"
#include "source/sqlite/connection.hpp"
#include "source/sqlite/sqlite.hpp"
#include "source/unreadable.hpp"
#include "source/utf8.hpp"

namespace audienced::source::sqlite {
namespace {

/// In the quotes that can never be those of a text: see Connection::prepare().
std::string quoted_table(std::string_view name) {
    std::string out = "`";
    for (const char c : name) out += c == '`' ? "``" : std::string(1, c);
    return out + "`";
}

result<std::string> sql_of(const model::Segment& segment) {
    if (segment.kind == model::Segment::Kind::table) return "SELECT * FROM " + quoted_table(segment.what);
    if (auto fine = check_select(segment.what, Dialect::sqlite); !fine) return fine.error();
    return segment.what;
}

/// Text of any type of value; a number as SQLite prints it, a BLOB as its bytes.
Value value_at(sqlite3_stmt* statement, int column) {
    Value value;
    if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
        value.null = true;
        return value;
    }
    // The order matters: the text first, then its length.
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    value.text = {text ? text : "", static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    return value;
}

class SqliteSource final : public Source {
public:
    explicit SqliteSource(Options options) : options_(std::move(options)) {}

    result<std::string> test(std::stop_token stop) override {
        auto connection = Connection::open(options_.file, options_.busy_seconds, stop);
        if (!connection) return connection.error();
        auto statement =
            (*connection)->prepare("SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'view')");
        if (!statement) return statement.error();
        auto row = (*connection)->step(statement->get());
        if (!row) return row.error();
        return "SQLite database " + options_.file + " with " +
               std::to_string(sqlite3_column_int64(statement->get(), 0)) + " tables and views";
    }

    result<Description> describe(const model::Segment& segment, std::stop_token stop) override {
        auto sql = sql_of(segment);
        if (!sql) return sql.error();
        auto connection = Connection::open(options_.file, options_.busy_seconds, stop);
        if (!connection) return connection.error();
        auto statement = (*connection)->prepare(*sql);
        if (!statement) return statement.error();
        Description description;
        description.columns = column_names(statement->get());
        return description;
    }

    result<Snapshot> read(const model::Segment& segment, const std::vector<std::string>& columns,
                          RowSink& sink, std::stop_token stop) override {
        auto sql = sql_of(segment);
        if (!sql) return sql.error();
        auto opened = Connection::open(options_.file, options_.busy_seconds, stop);
        if (!opened) return opened.error();
        Connection& connection = **opened;
        if (auto fine = ready(connection); !fine) return fine.error();
        auto statement = connection.prepare(*sql);
        if (!statement) return statement.error();
        const auto names = column_names(statement->get());
        auto indices = find_columns(names, columns, "the segment " + segment.name);
        if (!indices) return indices.error();
        Snapshot snapshot;
        snapshot.id = connection.snapshot();
        if (auto fine = copy(connection, statement->get(), *indices, sink, snapshot.rows, stop); !fine)
            return fine.error();
        if (auto fine = connection.unchanged(); !fine) return fine.error();
        return snapshot;
    }

private:
    /// Errors: not_ready, if the ready-query does not give a true value.
    result<void> ready(Connection& connection) const {
        if (options_.ready_query.empty()) return {};
        auto statement = connection.prepare(options_.ready_query);
        if (!statement) return statement.error();
        auto row = connection.step(statement->get());
        if (!row) return row.error();
        if (*row && sqlite3_column_int(statement->get(), 0) != 0) return {};
        return retryable(Errc::not_ready, "the data is not ready yet: the source's --ready-query answered no",
                         "with --ready-wait MINUTES a run waits for it");
    }

    static result<void> copy(Connection& connection, sqlite3_stmt* statement,
                             const std::vector<std::size_t>& indices, RowSink& sink, std::uint64_t& number,
                             const std::stop_token& stop) {
        std::vector<Value> values(indices.size());
        for (;;) {
            if (stop.stop_requested()) return cancelled();
            auto row = connection.step(statement);
            if (!row) return row.error();
            if (!*row) return {};
            ++number;
            if (!hand_on(statement, indices, values, sink, number)) return cancelled();
        }
    }

    static bool hand_on(sqlite3_stmt* statement, const std::vector<std::size_t>& indices,
                        std::vector<Value>& values, RowSink& sink, std::uint64_t number) {
        for (std::size_t i = 0; i < indices.size(); ++i) {
            const int c = static_cast<int>(indices[i]);
            const bool blob = sqlite3_column_type(statement, c) == SQLITE_BLOB;  // asking for text changes it
            values[i] = value_at(statement, c);
            if (readable(values[i].text)) continue;
            std::string why = undecodable(sqlite3_column_name(statement, c), values[i].text);
            if (blob) why += " (it holds a BLOB)";
            std::optional<std::string_view> address;
            if (i > 0 && !values[0].null) address = values[0].text;
            return sink.reject(number, why, address);
        }
        return sink.row(number, values);
    }

    Options options_;
};

}  // namespace

std::unique_ptr<Source> open(Options options) {
    return std::make_unique<SqliteSource>(std::move(options));
}

}  // namespace audienced::source::sqlite
