// Dataverse tables as Synapse Link writes them: Id, SinkCreatedOn, SinkModifiedOn in front, IsDelete behind,
// no header.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_cdm_source_synapse_test {

using namespace audienced;
using audienced::test::KeptRows;
using audienced::test::TempDir;
using Lines = std::vector<std::vector<std::string>>;

namespace {

const std::vector<std::string> synapse{"Id",       "SinkCreatedOn", "SinkModifiedOn", "mail",
                                       "fullname", "versionnumber", "IsDelete"};

struct Lake {
    TempDir dir;
    model::Source settings{"crm", "cdm", {{"cdm", (dir / "model.json").string()}}, {}};

    void model(const std::vector<std::string>& columns, const std::vector<std::string>& files,
               const std::string& format = R"("columnHeaders":false)") const {
        std::string attributes, partitions;
        for (const auto& name : columns)
            attributes +=
                (attributes.empty() ? "" : ",") + (R"({"name":")" + name + R"(","dataType":"string"})");
        for (const auto& file : files)
            partitions += (partitions.empty() ? "" : ",") +
                          (R"({"name":"p","location":"https://acct.dfs.core.windows.net/dataverse-x/)" +
                           file + R"(","fileFormatSettings":{)" + format + "}}");
        dir.write("model.json",
                  R"({"name":"cdm","version":"1.0","entities":[{"$type":"LocalEntity","name":"contact",
            "annotations":[{"name":"Athena:PartitionGranularity","value":"Year"}],"attributes":[)" +
                      attributes + R"(],"partitions":[)" + partitions + "]}]}");
    }
    result<source::Snapshot> read(KeptRows& rows,
                                  const std::vector<std::string>& columns = {"mail", "fullname"}) const {
        const model::Segment segment{"seg", "crm", model::Segment::Kind::entity, "contact", "", {}};
        return source::make(settings, {}).value()->read(segment, columns, rows, {});
    }
    /// What is delivered of one file without a header.
    Lines rows_of(const std::string& content) const {
        model(synapse, {"contact/2026.csv"});
        dir.write("contact/2026.csv", content);
        KeptRows rows;
        auto snapshot = read(rows);
        REQUIRE(snapshot.has_value());
        CHECK(rows.rejects.empty());
        CHECK(snapshot->rows == rows.rows.size());
        return rows.rows;
    }
};

}  // namespace

TEST_CASE("cdm of Synapse Link: the newest row of an Id counts, whichever file it is in",
          "[unit][source][cdm]") {
    Lake lake;
    CHECK(
        lake.rows_of("a1,\"1/5/2026 9:00:00 AM\",\"1/5/2026 9:00:00 AM\",old@example.org,Ann Old,101,\n"
                     "b2,\"1/5/2026 9:00:00 AM\",\"1/5/2026 9:00:00 AM\",bo@example.org,Bo,102,\n"
                     "A1,\"1/5/2026 9:00:00 AM\",\"1/5/2026 12:30:00 PM\",new@example.org,Ann New,205,False\n"
                     "c3,\"1/6/2026 9:00:00 AM\",\"1/6/2026 9:00:00 AM\",cy@example.org,Cy,206,\n") ==
        Lines{{"bo@example.org", "Bo"}, {"new@example.org", "Ann New"}, {"cy@example.org", "Cy"}});
    // Two files; the one that is read first has the newer row.
    lake.model(synapse, {"contact/2026.csv", "contact/2025.csv"});
    lake.dir.write("contact/2025.csv",
                   "c3,\"1/2/2025 9:00:00 AM\",\"1/2/2025 9:00:00 AM\",before@example.org,Cy Before,7,\n"
                   "d4,\"1/2/2025 9:00:00 AM\",\"1/2/2025 9:00:00 AM\",dee@example.org,Dee,8,\n");
    KeptRows rows;
    REQUIRE(lake.read(rows).has_value());
    CHECK(rows.rows == Lines{{"bo@example.org", "Bo"},
                             {"new@example.org", "Ann New"},
                             {"cy@example.org", "Cy"},
                             {"dee@example.org", "Dee"}});
}

TEST_CASE("cdm of Synapse Link: deleted rows are gone, and those that were restored are back",
          "[unit][source][cdm]") {
    Lake lake;
    CHECK(lake.rows_of("a1,\"1/5/2026 9:00:00 AM\",\"1/5/2026 9:00:00 AM\",ann@example.org,Ann,101,\n"
                       "b2,\"1/5/2026 9:00:00 AM\",\"1/5/2026 9:00:00 AM\",bo@example.org,Bo,102,\n"
                       "a1,\"1/5/2026 9:00:00 AM\",\"1/7/2026 9:00:00 AM\",,,,True\n"
                       "c3,\"1/7/2026 9:00:00 AM\",\"1/7/2026 9:00:00 AM\",,,,True\n"
                       "b2,\"1/5/2026 9:00:00 AM\",\"1/7/2026 9:00:00 AM\",,,301,true\n"
                       "b2,\"1/5/2026 9:00:00 AM\",\"1/8/2026 9:00:00 AM\",bo@example.org,Bo again,302,\n") ==
          Lines{{"bo@example.org", "Bo again"}});
}

TEST_CASE("cdm of Synapse Link: within a second and for repeated rows the later one counts",
          "[unit][source][cdm]") {
    Lake lake;
    const std::string at = "\"1/5/2026 9:00:00 AM\",\"1/5/2026 9:00:00 AM\",";
    CHECK(lake.rows_of("a1," + at + "one@example.org,One,11,\na1," + at + "two@example.org,Two,12,\n" +
                       "b2," + at + "bo@example.org,Bo,13,\nb2," + at + "bo@example.org,Bo,13,\n") ==
          Lines{{"two@example.org", "Two"}, {"bo@example.org", "Bo"}});
}

TEST_CASE(
    "cdm of Synapse Link: a row that cannot be read counts if it is the newest, and costs nothing if it is "
    "not",
    "[unit][source][cdm]") {
    Lake lake;
    const std::string at = "\"1/5/2026 9:00:00 AM\",";
    lake.model(synapse, {"contact/2026.csv"});
    lake.dir.write("contact/2026.csv",
                   "a1," + at + "\"1/5/2026 9:00:00 AM\",ann@example.org,Ann,101,\n" +  //
                       "a1," + at +
                       "\"1/6/2026 9:00:00 AM\",ann.new@example.org,M\xFCller,102,\n" +          // newest
                       "b2," + at + "\"1/5/2026 9:00:00 AM\",bo@example.org,\"B\"o,103,\n" +     // older
                       "b2," + at + "\"1/6/2026 9:00:00 AM\",bo@example.org,Bo,104,\n" +         //
                       "c3," + at + "\"1/6/2026 9:00:00 AM\",cy@example.org,Cy,105,\n" +         //
                       "c3," + at + "\"1/7/2026 9:00:00 AM\",cy@example.org,Cy, Dr.,106,,7\n" +  // newest
                       "\"d4\"x\n");                                                             // whose?
    KeptRows rows;
    auto snapshot = lake.read(rows);
    REQUIRE(snapshot.has_value());
    CHECK(rows.rows == Lines{{"bo@example.org", "Bo"}});
    REQUIRE(rows.rejects.size() == 3);
    CHECK(rows.addresses == std::vector<std::string>{"ann.new@example.org", "cy@example.org", "-"});
    CHECK(rows.rejects[0].starts_with("2: contact/2026.csv, line 2:"));
    CHECK(snapshot->rows == 4);
}

TEST_CASE("cdm of Synapse Link: what lacks its columns is read as it stands", "[unit][source][cdm]") {
    Lake lake;
    lake.model({"Id", "mail", "fullname", "IsDelete"}, {"contact/2026.csv"});
    lake.dir.write("contact/2026.csv", "a1,ann@example.org,Ann,\na1,ann.new@example.org,Ann,True\n");
    KeptRows rows;
    REQUIRE(lake.read(rows).has_value());
    CHECK(rows.rows.size() == 2);
    // The columns may be named by a header alone.
    lake.model({}, {"contact/2026.csv"}, R"("columnHeaders":true)");
    lake.dir.write("contact/2026.csv",
                   "Id,SinkCreatedOn,SinkModifiedOn,mail,fullname,versionnumber,IsDelete\n"
                   "a1,,1/5/2026 9:00:00 AM,ann@example.org,Ann,1,\n"
                   "a1,,1/6/2026 9:00:00 AM,ann.new@example.org,Ann,2,\n");
    KeptRows again;
    REQUIRE(lake.read(again).has_value());
    CHECK(again.rows == Lines{{"ann.new@example.org", "Ann"}});
}

TEST_CASE("cdm of Synapse Link: rows written before a column was added, and rows without an Id",
          "[unit][source][cdm]") {
    Lake lake;
    CHECK(lake.rows_of("a1,,1/5/2026 9:00:00 AM,ann@example.org,Ann\n"
                       "a1,,1/6/2026 9:00:00 AM,ann@example.org,Ann New,2,\n"
                       ",,1/6/2026 9:00:00 AM,bo@example.org,Bo,3,\n"
                       ",,,,,,\n"
                       ",,1/6/2026 9:00:00 AM,cy@example.org,Cy,4,\n") ==
          Lines{{"ann@example.org", "Ann New"}, {"bo@example.org", "Bo"}, {"cy@example.org", "Cy"}});
}

TEST_CASE("cdm of Synapse Link: a file that changes between the passes is noticed", "[unit][source][cdm]") {
    Lake lake;
    lake.model(synapse, {"contact/2026.csv"});
    const std::string row = "a1,,1/5/2026 9:00:00 AM,ann@example.org,Ann,1,\n";
    lake.dir.write("contact/2026.csv", row);
    KeptRows rows;
    rows.at_row = [&](std::uint64_t) {
        lake.dir.write("contact/2026.csv", row + "a1,,1/6/2026 9:00:00 AM,,,,True\n");
        return true;
    };
    CHECK(lake.read(rows).error().code == Errc::source_changed);
}

}  // namespace audienced::unit::source_cdm_source_synapse_test
