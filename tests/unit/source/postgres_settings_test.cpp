// What needs no server.
#include <algorithm>
#include <catch2/catch.hpp>

#include "source/registry.hpp"
#include "source/settings.hpp"
#include "support/kept_rows.hpp"
#include "support/print_result.hpp"

using namespace audienced;

namespace {
model::Source at(const std::string& conninfo) {
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
    const model::Source crm = at(bad);
    auto r = kind->validate(crm, nullptr);
    REQUIRE(!r);
    CHECK(r.error().code == Errc::usage);
    CHECK(r.error().text().find("hunter2") == std::string::npos);
    CHECK(source::make(crm, {}).value()->test({}).error().text().find("hunter2") == std::string::npos);
}

TEST_CASE("postgres that is not there is not ready", "[unit][source][postgres]") {
    const std::string nowhere =
        GENERATE(as<std::string>{}, "host=/nowhere dbname=crm", "host=127.0.0.1 port=1 dbname=crm");
    const model::Segment table{"seg", "crm", model::Segment::Kind::table, "t", "", {}};
    test::KeptRows rows;
    auto read = source::make(at(nowhere), {}).value()->read(table, {}, rows, {});
    REQUIRE(!read.has_value());
    CHECK(read.error().code == Errc::not_ready);
}

TEST_CASE("every kind lets a scheduled run wait for its data, a day at most", "[unit][source]") {
    model::Source crm = at("host=x dbname=crm");
    for (const auto& kind : source::kinds())
        CHECK(std::count(kind.settings.begin(), kind.settings.end(), "ready-wait") == 1);
    const source::Kind* kind = source::find_kind("postgres");
    CHECK(source::ready_wait(crm).value() == std::chrono::minutes(0));
    crm.settings["ready-wait"] = "90";
    CHECK(source::ready_wait(crm).value() == std::chrono::minutes(90));
    CHECK(kind->validate(crm, nullptr).has_value());
    for (const char* bad : {"1441", "-1", "soon"}) {
        crm.settings["ready-wait"] = bad;
        REQUIRE(!kind->validate(crm, nullptr).has_value());
        CHECK(kind->validate(crm, nullptr).error().text().find("ready-wait") != std::string::npos);
    }
}
