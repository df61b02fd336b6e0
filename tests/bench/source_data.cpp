#include "source_data.hpp"

#include <sqlite3.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>

namespace audienced::bench {
namespace {

using Segment = model::Segment;

/// id, email, first name, last name, a note that needs quotes now and then, a date: 90 bytes or so.
struct Customer {
    std::string id, email, first, last, note, since;
    explicit Customer(std::uint64_t n)
        : id(std::to_string(n)),
          email("customer." + id + "@mail" + std::to_string(n % 100) + ".example.org"),
          first(n % 3 ? "Andrea" : "J\xC3\xBCrgen"),
          last("Family" + std::to_string(n % 5000)),
          note(n % 10 ? "nothing to say" : "says \"hello\", twice"),
          since("20" + std::to_string(10 + n % 15) + "-0" + std::to_string(1 + n % 9) + "-15") {}
    std::string line() const {
        std::string quoted;
        for (const char c : note) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
        return id + "," + email + "," + first + "," + last + ",\"" + quoted + "\"," + since + "\n";
    }
};
constexpr const char* header = "id,email,first_name,last_name,note,since\n";

void write_csv(const std::string& path, std::uint64_t from, std::uint64_t to, bool with_header) {
    std::ofstream out(path, std::ios::binary);
    if (with_header) out << header;
    for (std::uint64_t n = from; n < to; ++n) out << Customer(n).line();
    if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

void write_gzip(const std::string& path, std::uint64_t rows) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> out(gzopen(path.c_str(), "wb6"), gzclose);
    if (!out) throw std::runtime_error("cannot write " + path);
    gzputs(out.get(), header);
    for (std::uint64_t n = 0; n < rows; ++n) gzputs(out.get(), Customer(n).line().c_str());
}

void check(int code, sqlite3* db) {
    if (code != SQLITE_OK && code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(db));
}

void write_sqlite(const std::string& path, std::uint64_t rows) {
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open(path.c_str(), &raw);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> db(raw, sqlite3_close);
    check(opened, raw);
    check(sqlite3_exec(raw,
                       "PRAGMA synchronous=OFF; CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, "
                       "first_name TEXT, last_name TEXT, note TEXT, since TEXT); BEGIN",
                       nullptr, nullptr, nullptr),
          raw);
    sqlite3_stmt* insert = nullptr;
    check(sqlite3_prepare_v2(raw, "INSERT INTO customers VALUES (?,?,?,?,?,?)", -1, &insert, nullptr), raw);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(insert, sqlite3_finalize);
    for (std::uint64_t n = 0; n < rows; ++n) {
        const Customer c(n);
        int at = 0;
        for (const std::string* value : {&c.id, &c.email, &c.first, &c.last, &c.note, &c.since})
            check(sqlite3_bind_text(insert, ++at, value->c_str(), -1, SQLITE_STATIC), raw);
        check(sqlite3_step(insert), raw);
        sqlite3_reset(insert);
    }
    check(sqlite3_exec(raw, "COMMIT", nullptr, nullptr, nullptr), raw);
}

/// Four partitions without headers, as Customer Insights and Synapse Link write them.
void write_model(const std::string& folder, std::uint64_t rows) {
    constexpr std::uint64_t parts = 4;
    std::string partitions, attributes;
    for (std::uint64_t p = 0; p < parts; ++p) {
        const std::string name = "customers_" + std::to_string(p) + ".csv";
        write_csv(folder + "/" + name, rows * p / parts, rows * (p + 1) / parts, false);
        partitions += std::string(p ? "," : "") + R"({"name":")" + name +
                      R"(","location":"https://a.blob.core.windows.net/c/)" + name +
                      R"(","fileFormatSettings":{"$type":"CsvFormatSettings","columnHeaders":false}})";
    }
    for (const char* name : {"id", "email", "first_name", "last_name", "note"})
        attributes += std::string(R"({"name":")") + name + R"(","dataType":"string"},)";
    attributes += R"({"name":"since","dataType":"date"})";
    std::ofstream(folder + "/model.json")
        << R"({"name":"bench","version":"1.0","entities":[{"$type":"LocalEntity","name":"customers","attributes":[)"
        << attributes << R"(],"partitions":[)" << partitions << "]}]}";
}

}  // namespace

std::vector<Kind> make_data(const std::string& folder, std::uint64_t rows, test::PostgresServer* server) {
    std::vector<Kind> out;
    const auto add = [&](std::string name, std::string kind, std::string where, Segment::Kind what,
                         std::string of) {
        model::Source source{"s", kind, {{kind, std::move(where)}}, {}};
        out.push_back({std::move(name), std::move(source), {"all", "s", what, std::move(of), "", {}}});
    };
    write_sqlite(folder + "/crm.db", rows);
    add("sqlite", "sqlite", folder + "/crm.db", Segment::Kind::table, "customers");
    write_csv(folder + "/customers.csv", 0, rows, true);
    if (server) {
        std::filesystem::permissions(folder, std::filesystem::perms(0755));
        server->sql(
            "CREATE TABLE customers (id bigint, email text, first_name text, last_name text, note text, "
            "since date); COPY customers FROM '" +
                folder + "/customers.csv' (FORMAT csv, HEADER)",
            "crm");
        add("postgres", "postgres", server->conninfo() + " dbname=crm", Segment::Kind::table, "customers");
    }
    add("csv", "csv", folder, Segment::Kind::file, "customers.csv");
    write_gzip(folder + "/customers.csv.gz", rows);
    add("csv.gz", "csv", folder, Segment::Kind::file, "customers.csv.gz");
    std::filesystem::create_directory(folder + "/cdm");
    write_model(folder + "/cdm", rows);
    add("cdm", "cdm", folder + "/cdm/model.json", Segment::Kind::entity, "customers");
    return out;
}

}  // namespace audienced::bench
