#include <catch2/catch.hpp>

#include "source/postgres/postgres.hpp"
#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/print_result.hpp"

namespace audienced::unit::source_postgres_conninfo_test {

using namespace audienced;

namespace {
model::Source source_at(const std::string& conninfo) {
    return {"crm", "postgres", {{"postgres", conninfo}}, {}};
}
}  // namespace

TEST_CASE("postgres conninfo is refused with a password in it, and never repeated",
          "[unit][source][postgres]") {
    const source::Kind* kind = source::find_kind("postgres");
    REQUIRE(kind);
    const std::string bad = GENERATE(values<std::string>(
        {"host=x password=hunter2", "postgresql://me:hunter2@x/crm", "host=x hunter2 password",
         "password=hunter2 bad", "host='hunter2", "postgresql://me:hunter2@[x/crm",
         "host=x sslpassword=hunter2", "hunter2=x", "", "host=x client_encoding=LATIN1"}));
    INFO(bad);
    const model::Source crm = source_at(bad);
    auto r = kind->validate(crm, nullptr);
    REQUIRE(!r);
    CHECK(r.error().code == Errc::usage);
    CHECK(r.error().text().find("hunter2") == std::string::npos);
    CHECK(source::make(crm, {}).value()->test({}).error().text().find("hunter2") == std::string::npos);
}

TEST_CASE("postgres takes a silent server out of several", "[unit][source][postgres]") {
    using source::postgres::ConnInfo;
    struct Row {
        ConnInfo before;
        const char *host, *port;
        ConnInfo after;
    };
    const auto row = GENERATE(values<Row>({
        {{{"host", "a,b,c"}, {"port", "1,2,3"}}, "b", "2", {{"host", "a,c"}, {"port", "1,3"}}},
        {{{"host", "a,b"}, {"port", "5432"}}, "a", "5432", {{"host", "b"}, {"port", "5432"}}},
        {{{"host", "a,a"}, {"port", "1,2"}}, "a", "2", {{"host", "a"}, {"port", "1"}}},
        {{{"hostaddr", "10.0.0.1,10.0.0.2"}}, "10.0.0.1", "5432", {{"hostaddr", "10.0.0.2"}}},
        {{{"host", "a,b"}, {"hostaddr", "10.0.0.1,10.0.0.2"}},
         "b",
         "5432",
         {{"host", "a"}, {"hostaddr", "10.0.0.1"}}},
        {{{"host", "a,/run,b"}, {"dbname", "x,y"}}, "/run", "5432", {{"host", "a,b"}, {"dbname", "x,y"}}},
    }));
    ConnInfo conninfo = row.before;
    CHECK(source::postgres::drop_host(conninfo, row.host, row.port));
    CHECK(conninfo == row.after);
    ConnInfo one{{"host", "a"}, {"port", "1"}}, local{{"dbname", "crm"}};
    CHECK_FALSE(source::postgres::drop_host(one, "a", "1"));
    CHECK_FALSE(source::postgres::drop_host(local, "", ""));
}

TEST_CASE("postgres that is not there is not ready", "[unit][source][postgres]") {
    const std::string nowhere =
        GENERATE(as<std::string>{}, "host=/nowhere dbname=crm", "host=127.0.0.1 port=1 dbname=crm");
    const model::Segment table{"seg", "crm", model::Segment::Kind::table, "t", "", {}};
    test::KeptRows rows;
    auto read = source::make(source_at(nowhere), {}).value()->read(table, {}, rows, {});
    REQUIRE(!read.has_value());
    CHECK(read.error().code == Errc::not_ready);
}

}  // namespace audienced::unit::source_postgres_conninfo_test
