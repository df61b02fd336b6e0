#include <catch2/catch.hpp>
#include <filesystem>

#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_cdm_source_test {

using namespace audienced;
using audienced::test::KeptRows;
using audienced::test::TempDir;
using Lines = std::vector<std::vector<std::string>>;
namespace fs = std::filesystem;

namespace {

const char* const attributes = R"("attributes":[{"name":"CustomerId","dataType":"string"},
    {"name":"EMail","dataType":"string"},{"name":"Born","dataType":"date"}])";

struct Cdm {
    TempDir dir;
    model::Source settings{"crm", "cdm", {{"cdm", (dir / "model.json").string()}}, {}};

    /// `partitions` is the inside of the JSON list.
    void model(const std::string& partitions, const std::string& more = R"("culture":"en-US",)") const {
        dir.write("model.json", R"({"name":"m","version":"1.0","modifiedTime":"2026-02-28T10:00:00Z",)" +
                                    more + R"("entities":[{"$type":"LocalEntity","name":"Members",)" +
                                    attributes + R"(,"partitions":[)" + partitions + "]}]}");
    }
    static std::string part(const std::string& location, const std::string& settings = "") {
        return R"({"name":"p","refreshTime":"2026-02-28T09:00:00+00:00","location":")" + location + "\"" +
               (settings.empty() ? "" : ",\"fileFormatSettings\":{" + settings + "}") + "}";
    }
    std::unique_ptr<source::Source> open() const { return source::make(settings, {}).value(); }
    static model::Segment entity(const std::string& name = "Members") {
        return {"seg", "crm", model::Segment::Kind::entity, name, "", {}};
    }
    result<source::Snapshot> read(KeptRows& rows,
                                  const std::vector<std::string>& columns = {"EMail", "Born"}) const {
        return open()->read(entity(), columns, rows, {});
    }
};

}  // namespace

TEST_CASE("cdm reads the partitions in order, below the root", "[unit][source][cdm]") {
    Cdm cdm;
    cdm.model(Cdm::part("https://a.blob.core.windows.net/c/Members/2.csv") + "," +
              Cdm::part("https://a.blob.core.windows.net/c/Members/1%20.csv?snapshot=x",
                        R"("columnHeaders":true)"));
    cdm.dir.write("Members/2.csv", "1,a@x.org,8/24/2021\n2,\"b\n@x.org\",\n");
    cdm.dir.write("Members/1 .csv",
                  "\xEF\xBB\xBF"
                  "Born,CustomerId,EMail,Extra\n2021-08-24,3,c@x.org,e\n4\n"
                  "4,5,6,7,8\n");
    KeptRows rows;
    auto snapshot = cdm.read(rows);
    REQUIRE(snapshot.has_value());
    CHECK(rows.rows ==
          Lines{{"a@x.org", "2021-08-24"}, {"b\n@x.org", ""}, {"c@x.org", "2021-08-24"}, {"NULL", "4"}});
    CHECK(rows.rejects == std::vector<std::string>{"5: Members/1 .csv, line 4: it has 5 fields, not 4"});
    CHECK(snapshot->rows == 5);
    auto description = cdm.open()->describe(Cdm::entity(), {});
    CHECK(description->columns == std::vector<std::string>{"CustomerId", "EMail", "Born"});
    CHECK(cdm.open()->test({}).has_value());
}

TEST_CASE("cdm: partitions from before the model grew are read with nulls", "[unit][source][cdm]") {
    Cdm cdm;
    const char* const now = "5,e@x.org,2021-08-24\n";
    SECTION("without a header") {
        cdm.model(Cdm::part("old.csv") + "," + Cdm::part("new.csv"));
        cdm.dir.write("old.csv", "1,a@x.org\n2,b@x.org\n");
    }
    SECTION("with a header of their own") {
        cdm.model(Cdm::part("old.csv", R"("columnHeaders":true)") + "," + Cdm::part("new.csv"));
        cdm.dir.write("old.csv", "EMail,CustomerId\na@x.org,1\nb@x.org,2\n");
    }
    cdm.dir.write("new.csv", now);
    KeptRows rows;
    REQUIRE(cdm.read(rows).has_value());
    CHECK(rows.rejects.empty());
    CHECK(rows.rows == Lines{{"a@x.org", "NULL"}, {"b@x.org", "NULL"}, {"e@x.org", "2021-08-24"}});
}

TEST_CASE("cdm: a partition whose header lacks the address is no older one", "[unit][source][cdm]") {
    Cdm cdm;
    cdm.model(Cdm::part("old.csv", R"("columnHeaders":true)"));
    cdm.dir.write("old.csv", "CustomerId,Born\n1,2021-08-24\n");
    KeptRows rows;
    CHECK(cdm.read(rows).error().code == Errc::not_found);
}

TEST_CASE("cdm: an undecodable value costs its row, whose address is told", "[unit][source][cdm]") {
    Cdm cdm;
    cdm.model(Cdm::part("m.csv"));
    cdm.dir.write("m.csv", "\xFC,a@x.org,2021-08-24\n2,b@x.org,\xFC\n");
    KeptRows rows;
    REQUIRE(cdm.read(rows).has_value());
    CHECK(rows.rows == Lines{{"a@x.org", "2021-08-24"}});
    CHECK(rows.addresses == std::vector<std::string>{"b@x.org"});
    CHECK(rows.rejects ==
          std::vector<std::string>{
              "2: m.csv, line 2: the column Born is not valid UTF-8; the file looks like Windows-1252: its "
              "partition in model.json must name that encoding"});
}

TEST_CASE("cdm detects an undeclared header, and data that only looks like one", "[unit][source][cdm]") {
    Cdm cdm;
    const auto c = GENERATE(table<const char*, const char*, std::size_t>({
        {"", "customerid,email,born\n1,a@x.org,\n", 1},                 // repeats the attributes
        {"", "EMail,CustomerId,Born\na@x.org,1,\n", 1},                 // has CustomerId
        {"", "1,a@x.org,\n", 1},                                        // plain data
        {R"("columnHeaders":false)", "1,EMail,Born\n2,a@x.org,\n", 2},  // declared: believed
        {R"("columnHeaders":"true")", "CustomerId,EMail,Born\n1,a@x.org,\n", 1},
        {"", "", 0},
    }));
    cdm.model(Cdm::part("m.csv", std::get<0>(c)));
    cdm.dir.write("m.csv", std::get<1>(c));
    KeptRows rows;
    auto r = cdm.read(rows);
    REQUIRE(r.has_value());
    REQUIRE(rows.rows.size() == std::get<2>(c));
    if (!rows.rows.empty()) CHECK(rows.rows.back()[0] == "a@x.org");
}

TEST_CASE("cdm is not ready without its partitions", "[unit][source][cdm]") {
    Cdm cdm;
    KeptRows rows;
    CHECK(cdm.read(rows).error().code == Errc::not_ready);
    cdm.model(Cdm::part("a.csv") + "," + Cdm::part("b.csv"));
    cdm.dir.write("a.csv", "1,a@x.org,\n");
    auto r = cdm.read(rows);
    REQUIRE(!r);
    CHECK(r.error().code == Errc::not_ready);
    CHECK(r.error().message.find("b.csv") != std::string::npos);
    cdm.model(Cdm::part("a.csv", R"("columnHeaders":true)"));
    cdm.dir.write("a.csv", "");
    CHECK(cdm.read(rows).error().code == Errc::not_ready);
    cdm.dir.write("model.json", R"({"name":"m","entities":[{"name":"Mem)");
    CHECK(cdm.read(rows).error().code == Errc::not_ready);
}

TEST_CASE("cdm reads nothing outside its root", "[unit][source][cdm]") {
    Cdm cdm;
    TempDir other;
    const std::string secret = other.write("s.csv", "1,x@x.org,\n");
    fs::create_symlink(secret, cdm.dir / "link.csv");
    KeptRows rows;
    const std::string beside = other.path().filename().string();
    for (const std::string& bad : std::vector<std::string>{"../" + beside + "/s.csv", secret, "link.csv",
                                                           "https://a/c/%2e%2e/" + beside + "/s.csv"}) {
        INFO(bad);
        cdm.model(Cdm::part(bad));
        auto r = cdm.read(rows);
        REQUIRE(!r);
        CHECK(r.error().code == Errc::usage);
    }
    CHECK(rows.rows.empty());
}

TEST_CASE("cdm notices a partition or a model that changes while it is read", "[unit][source][cdm]") {
    Cdm cdm;
    cdm.model(Cdm::part("a.csv") + "," + Cdm::part("b.csv"));
    cdm.dir.write("a.csv", "1,a@x.org,\n");
    cdm.dir.write("b.csv", "2,b@x.org,\n");
    KeptRows rows;
    SECTION("a partition that was read already") {
        rows.at_row = [&](std::uint64_t n) {
            if (n == 2) cdm.dir.write("a.csv", "1,a@x.org,\n3,c@x.org,\n");
            return true;
        };
    }
    SECTION("the model") {
        rows.at_row = [&](std::uint64_t) {
            cdm.model(Cdm::part("a.csv"));
            return true;
        };
    }
    auto r = cdm.read(rows);
    REQUIRE(!r);
    CHECK(r.error().code == Errc::source_changed);
}

TEST_CASE("cdm ids follow the model and its partitions", "[unit][source][cdm]") {
    Cdm cdm;
    cdm.model(Cdm::part("a.csv"));
    cdm.dir.write("a.csv", "1,a@x.org,\n");
    KeptRows rows;
    const std::string first = cdm.read(rows)->id;
    CHECK(first.starts_with("2026-02-28T10:00:00Z/"));
    CHECK(cdm.read(rows)->id == first);
    cdm.dir.write("a.csv", "1,b@x.org,\n2,c@x.org,\n");
    CHECK(cdm.read(rows)->id != first);
}

TEST_CASE("cdm finds a mirror without the container's upper folders by --root and --prefix",
          "[unit][source][cdm]") {
    Cdm cdm;
    cdm.model(Cdm::part("https://a.blob.core.windows.net/c/CustomerInsights_1/Export/Members/1.csv"));
    cdm.dir.write("mirror/Members/1.csv", "1,a@x.org,\n");
    KeptRows rows;
    CHECK(cdm.read(rows).error().code == Errc::not_ready);
    cdm.settings.settings["root"] = (cdm.dir / "mirror").string();
    cdm.settings.settings["prefix"] = "CustomerInsights_1/Export";
    REQUIRE(cdm.read(rows).has_value());
    CHECK(rows.rows == Lines{{"a@x.org", ""}});
}

TEST_CASE("cdm: a location without a scheme lies beside model.json, others below --root",
          "[unit][source][cdm]") {
    Cdm cdm;
    cdm.settings.settings["cdm"] = (cdm.dir / "exports/one/model.json").string();
    cdm.settings.settings["root"] = (cdm.dir / "mirror").string();
    cdm.model(Cdm::part("Members/1.csv") + "," + Cdm::part("Members/2%20.csv?snapshot=x") + "," +
              Cdm::part("https://a.blob.core.windows.net/c/Members/1.csv"));
    std::filesystem::create_directories(cdm.dir / "exports/one");
    fs::rename(cdm.dir / "model.json", cdm.dir / "exports/one/model.json");
    cdm.dir.write("exports/one/Members/1.csv", "1,a@x.org,\n");
    cdm.dir.write("exports/one/Members/2 .csv", "2,b@x.org,\n");
    cdm.dir.write("mirror/Members/1.csv", "3,c@x.org,\n");
    KeptRows rows;
    REQUIRE(cdm.read(rows).has_value());
    CHECK(rows.rows == Lines{{"a@x.org", ""}, {"b@x.org", ""}, {"c@x.org", ""}});
    fs::remove(cdm.dir / "exports/one/Members/1.csv");
    CHECK(cdm.read(rows).error().hint.find("relative to model.json") != std::string::npos);
}

TEST_CASE("cdm: a partition that is no CSV file is refused by what it is, gzip is unpacked",
          "[unit][source][cdm]") {
    Cdm cdm;
    cdm.model(Cdm::part("Members/part-0.snappy.parquet"));
    cdm.dir.write("Members/part-0.snappy.parquet", "PAR1\x15\x04");
    KeptRows rows;
    CHECK(cdm.read(rows).error().code == Errc::bad_config);
    CHECK(cdm.read(rows).error().message.find("a Parquet file") != std::string::npos);
}

TEST_CASE("cdm reads other formats, an entity without attributes too", "[unit][source][cdm]") {
    Cdm cdm;
    cdm.dir.write("model.json",
                  R"({"name":"m","entities":[{"name":"Members","partitions":[)" +
                      Cdm::part("m.csv", R"("columnHeaders":true,"delimiter":";","encoding":1252)") + "]}]}");
    cdm.dir.write("m.csv", "EMail;Name\r\na@x.org;\xC4nne\r\n");
    KeptRows rows;
    REQUIRE(cdm.read(rows, {"Name"}).has_value());
    CHECK(rows.rows == Lines{{"\xC3\x84nne"}});
    CHECK(cdm.open()->describe(Cdm::entity(), {})->columns == std::vector<std::string>{"EMail", "Name"});
    CHECK(cdm.read(rows, {"Phone"}).error().code == Errc::not_found);
}

}  // namespace audienced::unit::source_cdm_source_test
