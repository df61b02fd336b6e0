#include "source/cdm/model.hpp"

#include <catch2/catch.hpp>

#include "source/cdm/location.hpp"

namespace audienced::unit::source_cdm_model_test {

using namespace audienced;
using namespace audienced::source::cdm;
using source::delimited::Encoding;

namespace {

/// A model with one entity "Members" whose one partition has these further keys.
std::string with_partition(const std::string& keys) {
    return R"({"name":"m","version":"1.0","entities":[{"$type":"LocalEntity","name":"Members","partitions":[
        {"name":"p","location":"https://a.blob.core.windows.net/c/p.csv")" +
           (keys.empty() ? "" : "," + keys) + "}]}]}";
}

}  // namespace

TEST_CASE("a model.json is read with its extensions passed over", "[unit][source][cdm]") {
    const std::string text = R"({
        "name": "Orders", "version": "1.0", "culture": "de-DE", "modifiedTime": "2026-02-28T10:00:00Z",
        "pbi:mashup": {"document": "let x = 1"}, "referenceModels": [{"id": "1", "location": "https://x/model.json"}],
        "entities": [
          {"$type": "LocalEntity", "name": "Customers", "pbi:refreshPolicy": {"$type": "FullRefreshPolicy"},
           "annotations": [{"name": "ci:CustomDateFormat", "value": "dd|MM|yyyy"}],
           "attributes": [{"name": "Id", "dataType": "string"}, {"name": "Born", "dataType": "dateTime"}],
           "partitions": [
             {"name": "Part001", "refreshTime": "2026-02-28T09:00:00.1234567+00:00", "isHidden": true,
              "location": "https://acct.blob.core.windows.net/guid/Customers.csv?snapshot=2026-02-28T09:00:00.0000000Z",
              "pbi:refreshBookmark": "x"},
             {"name": "Part002", "location": null}]},
          {"$type": "ReferenceEntity", "name": "Elsewhere", "source": "X", "modelId": "1"},
          {"$type": "LocalEntity", "name": "Empty", "attributes": []}]})";
    auto model = parse_model(text);
    REQUIRE(model.has_value());
    CHECK(model->name == "Orders");
    CHECK(model->culture == "de-DE");
    CHECK(model->modified_time == "2026-02-28T10:00:00Z");
    CHECK(model->entities == std::vector<std::string>{"Customers", "Empty"});

    auto entity = parse_entity(text, "Customers");
    REQUIRE(entity.has_value());
    REQUIRE(entity->attributes.size() == 2);
    CHECK(entity->attributes[1].type == "datetime");
    CHECK(entity->date_format == "dd|MM|yyyy");
    REQUIRE(entity->partitions.size() == 1);
    const Partition& p = entity->partitions[0];
    CHECK(!p.headers);
    CHECK(p.dialect.delimiter == ',');
    CHECK(p.dialect.quotes);
    CHECK(p.encoding == Encoding::utf8);

    CHECK(parse_entity(text, "Elsewhere").error().code == Errc::usage);
    CHECK(parse_entity(text, "Empty").error().code == Errc::not_ready);
    CHECK(parse_entity(text, "customers").error().code == Errc::not_found);
    CHECK(parse_entity(text, "customers").error().hint.find("Customers") != std::string::npos);
}

TEST_CASE("every key of fileFormatSettings is understood", "[unit][source][cdm]") {
    auto entity = parse_entity(with_partition(R"("fileFormatSettings": {"$type": "CsvFormatSettings",
        "columnHeaders": "TRUE", "csvStyle": "CsvStyle.QuoteAfterDelimiter", "delimiter": ";",
        "quoteStyle": "QuoteStyle.None", "encoding": "ASCII"})"),
                               "Members");
    REQUIRE(entity.has_value());
    const Partition& p = entity->partitions[0];
    CHECK(p.headers == true);
    CHECK(p.dialect.delimiter == ';');
    CHECK(!p.dialect.quotes);
    CHECK(p.encoding == Encoding::utf8);
}

TEST_CASE("the trait's arguments win over fileFormatSettings, one by one", "[unit][source][cdm]") {
    auto entity = parse_entity(
        with_partition(R"("fileFormatSettings": {"columnHeaders": false, "delimiter": ";", "encoding": 1252,
                          "quoteStyle": "QuoteStyle.None"},
        "cdm:traits": ["is.other", {"traitReference": "is.partition.format.CSV", "arguments": [
            {"name": "columnHeaders", "value": "true"}, {"name": "quoteStyle", "value": "QuoteStyle.Csv"},
            {"name": "delimiter", "value": "\t"}, {"name": "newline", "value": "\n"}]}])"),
        "Members");
    REQUIRE(entity.has_value());
    const Partition& p = entity->partitions[0];
    CHECK(p.headers == true);
    CHECK(p.dialect.delimiter == '\t');
    CHECK(p.dialect.quotes);
    CHECK(p.encoding == Encoding::windows1252);
}

TEST_CASE("formats that cannot be read are named, not guessed", "[unit][source][cdm]") {
    const std::string keys = GENERATE(values<std::string>(
        {R"("fileFormatSettings": {"delimiter": ";;"})", R"("fileFormatSettings": {"encoding": "EBCDIC"})",
         R"("fileFormatSettings": {"encoding": 37})", R"("fileFormatSettings": {"columnHeaders": "maybe"})",
         R"("fileFormatSettings": {"columnHeaders": 1})",
         R"("fileFormatSettings": {"quoteStyle": "QuoteStyle.Odd"})",
         R"("fileFormatSettings": {"$type": "ParquetFormatSettings"})",
         R"("cdm:traits": [{"traitReference": "is.partition.format.CSV", "arguments": [{"name": "newline", "value": "|"}]}])"}));
    INFO(keys);
    auto entity = parse_entity(with_partition(keys), "Members");
    REQUIRE(!entity);
    CHECK(entity.error().code == Errc::bad_config);
}

TEST_CASE("odd shapes in a model.json are no crash", "[unit][source][cdm]") {
    for (const char* keys :
         {"", R"("fileFormatSettings": null)", R"("fileFormatSettings": 7)", R"("cdm:traits": {})",
          R"("cdm:traits": [7, null, {"traitReference": {}}, {"traitReference": "is.partition.format.CSV"},
                             {"traitReference": "is.partition.format.CSV", "arguments": [7, {}, {"name": 7, "value": 8}]}])"})
        CHECK(parse_entity(with_partition(keys), "Members").has_value());
    for (const char* text : {"", "{", "[]", "{}", "7", "null", R"({"entities": {}})"}) {
        INFO(text);
        CHECK(!parse_model(text));
        CHECK(!parse_entity(text, "x"));
    }
    for (const char* entities :
         {"[7]", "[null, {}]", R"([{"name": 7}])", R"([{"name": "x", "partitions": 7}])",
          R"([{"name": "x", "partitions": [7]}])", R"([{"name": "x", "attributes": [7, {}]}])",
          R"([{"name": "x"}, {"name": "x"}])"})
        CHECK(!parse_entity("{\"entities\":" + std::string(entities) + "}", "x"));
    const std::string deep = std::string(200'000, '[');
    CHECK(!parse_model(deep));
}

TEST_CASE("locations become paths below the root", "[unit][source][cdm]") {
    const auto c = GENERATE(table<const char*, const char*, const char*>({
        {"https://acct.blob.core.windows.net/c/A/B/x_1.csv", "", "A/B/x_1.csv"},
        {"https://acct.dfs.core.windows.net/fs/Customers/p%20d.csv", "", "Customers/p d.csv"},
        {"https://a.blob.core.windows.net/guid/Orders.csv?snapshot=2018-11-14T19:37:51.7526830Z", "",
         "Orders.csv"},
        {"http://contoso.com/data-partitions.csv", "", "data-partitions.csv"},
        {"https://a/c/CustomerInsights_1/Export/x.csv", "CustomerInsights_1/Export", "x.csv"},
        {"https://a/c/CustomerInsights_1/Export/x.csv", "CustomerInsights_1/Export/", "x.csv"},
        {"https://a/c/CustomerInsights_12/x.csv", "CustomerInsights_1", "CustomerInsights_12/x.csv"},
        {"Address/partition-data.csv", "", "Address/partition-data.csv"},
        {"abfss://fs@acct.dfs.core.windows.net/Customers/p.csv", "", "Customers/p.csv"},
        {"wasbs://c@acct.blob.core.windows.net/Export/Customers/p.csv", "Export", "Customers/p.csv"},
        {"https://a/c/100%.csv", "", "100%.csv"},
        {"https://a/c/%252e%252e/x.csv", "", "%2e%2e/x.csv"},
    }));
    CHECK(local_path(std::get<0>(c), std::get<1>(c)).value() == std::get<2>(c));
}

TEST_CASE("locations that lead out of the root are refused", "[unit][source][cdm]") {
    const std::string bad = GENERATE(values<std::string>(
        {"https://a/c/../x.csv", "https://a/c/%2e%2e/x.csv", "https://a/c/A%2F..%2F..%2Fx.csv", "../x.csv",
         "/etc/passwd", "file:///etc/passwd/../x", "https://a/c//etc/passwd", "https://a/c/%2Fetc/passwd",
         "https://a/c/..%5Cx.csv", "https://a/c/A\\..\\x.csv", "https://a/c/x%00.csv", "https://a",
         "https://a/", "https://a/c/", "", "?x"}));
    INFO(bad);
    auto r = local_path(bad, "");
    REQUIRE(!r);
    CHECK(r.error().code == Errc::usage);
}

}  // namespace audienced::unit::source_cdm_model_test
