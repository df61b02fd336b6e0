// model.json as the different writers of Common Data Model folders shape it.
#include <catch2/catch.hpp>

#include "source/registry.hpp"
#include "support/kept_rows.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_cdm_model_shapes_test {

using namespace audienced;
using audienced::test::KeptRows;
using audienced::test::TempDir;
using Lines = std::vector<std::vector<std::string>>;

namespace {

struct Folder {
    TempDir dir;
    std::unique_ptr<source::Source> open() const {
        const model::Source settings{"ci", "cdm", {{"cdm", (dir / "model.json").string()}}, {}};
        return source::make(settings, {}).value();
    }
    static model::Segment entity(const std::string& name) {
        return {"seg", "ci", model::Segment::Kind::entity, name, "", {}};
    }
};

/// One entity without attributes, one partition.
std::string bare(const std::string& partition) {
    return R"({"entities":[{"$type":"LocalEntity","name":"Leads","partitions":[{"name":"one",
        "location":"http://fabrikam.example/leads.csv")" +
           partition + R"(}]}],"name":"m","version":"1.0"})";
}

}  // namespace

TEST_CASE("cdm of a Power BI dataflow: a snapshot in the location, no format settings, keys of its own",
          "[unit][source][cdm]") {
    Folder folder;
    folder.dir.write("model.json", R"({
      "name": "Shop", "description": "", "version": "1.0", "culture": "en-US",
      "modifiedTime": "2026-02-28T10:00:00.1234567+00:00", "isHidden": true,
      "pbi:mashup": {"fastCombine": true, "document": "section Section1;\r\nshared Buyers = let in \"x\";"},
      "annotations": [{"name": "pbi:ServiceProvidedModelLocation", "value": "x"}],
      "relationships": [{"$type": "SingleKeyRelationship"}],
      "entities": [{"$type": "LocalEntity", "name": "Buyers", "description": "", "pbi:refreshPolicy": {"$type": "Full"},
        "annotations": [{"name": "pbi:EntityTypeDisplayHint", "value": "None"}],
        "attributes": [{"name": "BuyerID", "dataType": "int64", "pbi:dataCategory": "x"},
                       {"name": "Mail", "dataType": "string"}, {"name": "Since", "dataType": "dateTime"},
                       {"name": "Spent", "dataType": "double"}],
        "partitions": [{"name": "Part001", "refreshTime": "2026-02-28T09:59:51.756186+00:00",
          "location": "https://x.blob.core.windows.net/0682aad0-37c2/Buyers.csv?snapshot=2026-02-28T09:59:51.7526830Z"}],
        "schemas": ["https://raw.example/Buyers.cdm.json"]}]})");
    folder.dir.write("Buyers.csv", "7,a@x.org,2026-01-31T00:00:00.0000000,12.5\n8,,,\n");
    KeptRows rows;
    REQUIRE(folder.open()
                ->read(Folder::entity("Buyers"), {"Mail", "Since", "Spent", "BuyerID"}, rows, {})
                .has_value());
    CHECK(rows.rows == Lines{{"a@x.org", "2026-01-31T00:00:00.0000000", "12.5", "7"}, {"", "", "", "8"}});
}

TEST_CASE("cdm of a linked model: entities that are only shapes, or lie elsewhere", "[unit][source][cdm]") {
    Folder folder;
    folder.dir.write("model.json", R"({
      "name": "Linked", "version": "1.0",
      "referenceModels": [{"id": "f19bbb97/b1ff", "location": "https://x/model.json"}],
      "entities": [
        {"$type": "ReferenceEntity", "name": "Goods", "source": "Goods", "modelId": "f19bbb97/b1ff"},
        {"$type": "LocalEntity", "name": "Orders", "attributes": [{"name": "OrderID", "dataType": "string"}]},
        {"$type": "LocalEntity", "name": "People", "attributes": [{"name": "Mail", "dataType": "string"}],
         "partitions": [{"name": "P", "isHidden": true, "location": "https://<ACCOUNT>.dfs.core.windows.net/<BOX>/People/part-data.csv",
           "fileFormatSettings": {"$type": "CsvFormatSettings", "columnHeaders": true, "delimiter": ","},
           "cdm:lastFileStatusCheckTime": "2026-02-28T10:05:00Z", "annotations": [{"name": "a", "value": "b"}]}]}]})");
    folder.dir.write("People/part-data.csv", "Mail\na@x.org\n\n");
    KeptRows rows;
    REQUIRE(folder.open()->read(Folder::entity("People"), {"Mail"}, rows, {}).has_value());
    CHECK(rows.rows == Lines{{"a@x.org"}});
    CHECK(folder.open()->describe(Folder::entity("Orders"), {}).error().code == Errc::not_ready);
    CHECK(folder.open()->describe(Folder::entity("Goods"), {}).error().code == Errc::usage);
}

TEST_CASE(
    "cdm of an entity without attributes: only a header can name the columns, and a row is never taken for "
    "one",
    "[unit][source][cdm]") {
    const std::string data = "ana@x.org;Ana\nbo@x.org;Bo\n", headed = "Mail;Name\nana@x.org;Ana\n";
    const std::string semicolons = R"("$type":"CsvFormatSettings","delimiter":";","encoding":"ASCII")";
    const std::string no_header =
        R"(,"fileFormatSettings":{"columnHeaders":"false","csvStyle":"CsvStyle.QuoteAlways",)";
    const std::string header_trait =
        R"(,"cdm:traits":[{"traitReference":"is.partition.format.CSV","arguments":[{"name":"columnHeaders","value":"true"}]}])";
    const auto c = GENERATE_COPY(table<std::string, std::string, Errc>({
        {no_header + semicolons + "}", headed, Errc::bad_config},  // the model says that there is none
        {no_header + semicolons + "}", data, Errc::bad_config},
        {no_header + semicolons + "}" + header_trait, headed, Errc{}},  // the trait wins
        {no_header + semicolons + "}" + header_trait, data, Errc::bad_config},
        {R"(,"fileFormatSettings":{)" + semicolons + "}", headed, Errc{}},  // not stated
        {R"(,"fileFormatSettings":{)" + semicolons + "}", data, Errc::bad_config},
    }));
    INFO(std::get<0>(c) << "\n" << std::get<1>(c));
    Folder folder;
    folder.dir.write("model.json", bare(std::get<0>(c)));
    folder.dir.write("leads.csv", std::get<1>(c));
    KeptRows rows;
    auto described = folder.open()->describe(Folder::entity("Leads"), {});
    auto read = folder.open()->read(Folder::entity("Leads"), {"Mail"}, rows, {});
    if (std::get<2>(c) == Errc{}) {
        REQUIRE(described.has_value());
        CHECK(described->columns == std::vector<std::string>{"Mail", "Name"});
        CHECK(rows.rows == Lines{{"ana@x.org"}});
        return;
    }
    for (const Error& error : {described.error(), read.error()}) {
        CHECK(error.code == std::get<2>(c));
        CHECK(error.text().find("ana") == std::string::npos);
    }
    CHECK(rows.rows.empty());
}

TEST_CASE("csv without a header is refused, and no address of it is repeated", "[unit][source][csv]") {
    TempDir dir;
    dir.write("c.csv", "Ana,ana@x.org\nBo,bo@x.org\n");
    const model::Source settings{"files", "csv", {{"csv", dir.path().string()}}, {}};
    auto source = source::make(settings, {}).value();
    const model::Segment segment{"seg", "files", model::Segment::Kind::file, "c.csv", "", {}};
    KeptRows rows;
    for (const Error& error :
         {source->describe(segment, {}).error(), source->read(segment, {"email"}, rows, {}).error()}) {
        CHECK(error.code == Errc::bad_config);
        CHECK(error.text().find("ana") == std::string::npos);
    }
}

}  // namespace audienced::unit::source_cdm_model_shapes_test
