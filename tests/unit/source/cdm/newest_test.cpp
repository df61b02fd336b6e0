#include "source/cdm/newest.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace audienced::unit::source_cdm_newest_test {

using namespace audienced;
using namespace audienced::source::cdm;

namespace {

struct Row {
    std::string id;
    Version version;
};

/// The rows that count, after all passes.
std::vector<std::uint64_t> counting(const std::vector<Row>& rows, std::size_t most_ids,
                                    int* passes = nullptr) {
    Newest newest(most_ids);
    while (newest.begin_pass()) {
        if (passes) ++*passes;
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (newest.is_first_pass())
                newest.note(i + 1, rows[i].id, rows[i].version.deleted);
            else if (newest.wants(rows[i].id))
                newest.meet(i + 1, rows[i].id, rows[i].version);
    }
    newest.finish();
    std::vector<std::uint64_t> out;
    for (std::uint64_t row = 1; row <= rows.size(); ++row)
        if (!newest.leaves_out(row)) out.push_back(row);
    CHECK(newest.left_out() == rows.size() - out.size());
    return out;
}

}  // namespace

TEST_CASE("of the rows of one id the newest counts, unless it is a deletion", "[unit][source][cdm]") {
    using Rows = std::vector<Row>;
    using Counting = std::vector<std::uint64_t>;
    const auto c = GENERATE(table<Rows, Counting>({
        {{{"a", {1, 10, false}}, {"b", {2, 10, false}}}, {1, 2}},
        {{{"a", {1, 10, false}}, {"a", {2, 20, false}}}, {2}},
        {{{"a", {2, 20, false}}, {"a", {1, 10, false}}}, {1}},                        // in another file
        {{{"a", {1, 10, false}}, {"a", {0, 20, true}}}, {}},                          // deleted
        {{{"a", {0, 20, true}}, {"a", {1, 10, false}}}, {}},                          // told first
        {{{"a", {1, 10, false}}, {"a", {0, 20, true}}, {"a", {3, 30, false}}}, {3}},  // restored
        {{{"a", {1, 10, false}}, {"a", {2, 10, false}}, {"a", {0, 10, true}}}, {}},   // within a second
        {{{"a", {7, 10, false}}, {"a", {7, 20, false}}}, {2}},                        // sent again
        {{{"a", {9, 10, false}}, {"a", {8, 20, false}}}, {1}},  // an older one came late
        {{{"a", {0, 0, false}}, {"a", {0, 0, false}}}, {2}},    // nothing known
        {{{"A-1", {1, 10, false}}, {" a-1 ", {2, 20, false}}, {"a-2", {1, 1, false}}}, {2, 3}},
    }));
    CHECK(counting(std::get<0>(c), 100) == std::get<1>(c));
}

TEST_CASE("many ids in little memory: the same rows count, in several passes", "[unit][source][cdm]") {
    std::mt19937 random(7);
    std::vector<Row> rows;
    std::map<std::string, std::uint64_t> last;
    for (std::uint64_t i = 1; i <= 20'000; ++i) {
        const std::string id = "id-" + std::to_string(random() % 8000);
        const bool deleted = random() % 10 == 0;
        rows.push_back({id, {deleted ? 0 : i, static_cast<std::int64_t>(i), deleted}});
        last[id] = i;
    }
    std::vector<std::uint64_t> expected;
    for (std::uint64_t i = 1; i <= rows.size(); ++i)
        if (last[rows[i - 1].id] == i && !rows[i - 1].version.deleted) expected.push_back(i);
    int passes = 0;
    CHECK(counting(rows, 100'000, &passes) == expected);
    CHECK(passes == 2);
    CHECK(counting(rows, 1000, &passes) == expected);
    CHECK(passes > 9);
    CHECK(passes < 30);
    rows.resize(500);
    CHECK(counting(rows, 7).size() == counting(rows, 1000).size());
}

TEST_CASE("where each id is there once, one pass is enough", "[unit][source][cdm]") {
    std::vector<Row> rows;
    for (int i = 0; i < 100; ++i) rows.push_back({"id-" + std::to_string(i), {}});
    rows[50].version.deleted = true;
    int passes = 0;
    CHECK(counting(rows, 10, &passes).size() == 99);
    CHECK(passes == 1);
}

TEST_CASE("a table of Synapse Link is told by the columns that it alone adds", "[unit][source][cdm]") {
    const auto columns =
        version_columns({"Id", "SinkCreatedOn", "SinkModifiedOn", "mail", "versionnumber", "IsDelete"});
    REQUIRE(columns);
    CHECK(columns->id == 0);
    CHECK(columns->written == 2);
    CHECK(columns->number == 4);
    CHECK(columns->deleted == 5);
    CHECK(version_columns({"id", "sinkcreatedon", "sinkmodifiedon"})->deleted == VersionColumns::absent);
    CHECK_FALSE(version_columns({"Id", "mail", "versionnumber", "IsDelete"}));
    CHECK_FALSE(version_columns({"CustomerId", "SinkCreatedOn", "SinkModifiedOn"}));
    CHECK_FALSE(version_columns({}));
}

TEST_CASE("versions are read as Synapse Link writes them", "[unit][source][cdm]") {
    const Version v = parse_version(" 1234567 ", "6/28/2021 4:34:35 PM", "");
    CHECK(v.number == 1234567);
    CHECK(v.written == 1624898075);
    CHECK_FALSE(v.deleted);
    CHECK(parse_version("", "2021-06-28T16:34:35.0000000Z", "True").written == 1624898075);
    for (const char* yes : {"True", "true", "TRUE", "1"}) CHECK(parse_version("", "", yes).deleted);
    for (const char* no : {"", "False", "0", "yes"}) CHECK_FALSE(parse_version("", "", no).deleted);
    for (const char* bad : {"", "x", "12x", "-1", "99999999999999999999999"})
        CHECK(parse_version(bad, bad, "").number == 0);
    CHECK(parse_version("5", "soon", "").written == 0);
}

}  // namespace audienced::unit::source_cdm_newest_test
