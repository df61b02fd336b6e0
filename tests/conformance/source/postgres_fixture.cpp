#include <filesystem>

#include "conformance/source/fixture.hpp"
#include "support/postgres_server.hpp"
#include "support/temp_dir.hpp"

namespace audienced::test::postgres {
namespace {

PostgresServer* server() {
    static const std::unique_ptr<PostgresServer> one = [] {
        auto started = PostgresServer::start();
        // A database that takes any bytes, as old ones do: the suite puts some that are no UTF-8.
        if (started) started->sql("CREATE DATABASE raw TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
        return started;
    }();
    return one.get();
}

class PostgresFixture final : public Fixture {
public:
    bool runs_here() const override { return server() != nullptr; }
    void put(const Rows& rows) override {
        if (stopped_) server()->restart();
        stopped_ = false;
        std::string columns;
        for (const auto& c : rows.columns) columns += (columns.empty() ? "\"" : ", \"") + c + "\" text";
        Rows copied = rows;
        const std::string file = dir_.write("rows.csv", as_csv(copied, false));
        std::filesystem::permissions(dir_.path(), std::filesystem::perms(0755));
        // An unquoted nothing is null in COPY's CSV, an empty pair of quotes is an empty text.
        server()->sql("DROP TABLE IF EXISTS members; CREATE TABLE members (" + columns +
                          "); COPY members FROM '" + file + "' (FORMAT csv)",
                      "raw");
    }
    model::Source source() const override {
        return {"crm", "postgres", {{"postgres", server()->conninfo() + " dbname=raw"}}, {}};
    }
    model::Segment segment() const override {
        return {"members", "crm", model::Segment::Kind::table, "members", "", {}};
    }
    void vanish() override {
        server()->stop();
        stopped_ = true;
    }
    ~PostgresFixture() override {
        if (stopped_) server()->restart();
    }

private:
    TempDir dir_;
    bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Fixture> make_fixture() {
    return std::make_unique<PostgresFixture>();
}

}  // namespace audienced::test::postgres
