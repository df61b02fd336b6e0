#include "source/cdm/values.hpp"

#include <catch2/catch.hpp>

#include "source/cdm/moment.hpp"

namespace audienced::unit::source_cdm_values_test {

using namespace audienced::source::cdm;

namespace {

/// What becomes of a value; "=" if it is kept.
std::string rewritten(const char* type, const char* culture, const char* text, const char* date_format = "",
                      const char* timestamp_format = "") {
    Entity entity;
    entity.date_format = date_format;
    entity.timestamp_format = timestamp_format;
    const auto rewrite = rewrite_for({"a", type}, entity, culture);
    std::string out;
    return rewrite && rewrite(text, out) ? out : "=";
}

}  // namespace

TEST_CASE("dates of a culture become ISO 8601", "[unit][source][cdm]") {
    const auto c = GENERATE(table<const char*, const char*, const char*, const char*>({
        {"date", "", "8/24/2021", "2021-08-24"},
        {"date", "en-US", "8/24/2021 12:00:00 AM", "2021-08-24"},
        {"date", "de-DE", "24.08.2021", "2021-08-24"},
        {"date", "en-GB", "24/08/2021", "2021-08-24"},
        {"date", "ja-JP", "2021/8/24", "2021-08-24"},
        {"date", "hu-HU", "2021-08-24", "="},
        {"datetime", "", "8/24/2021 2:33:07 PM", "2021-08-24T14:33:07Z"},
        {"datetime", "", "8/24/2021 12:05:00 AM", "2021-08-24T00:05:00Z"},
        {"datetime", "", "8/24/2021 12:05:00 PM", "2021-08-24T12:05:00Z"},
        {"datetime", "", "8/24/2021 14:33", "2021-08-24T14:33:00Z"},
        {"datetime", "de-DE", "24.08.2021 14:33:07", "2021-08-24T14:33:07Z"},
        {"datetime", "", "2021-08-24 14:33:07.1234567", "2021-08-24T14:33:07Z"},
        {"datetime", "", "8/24/2021", "2021-08-24"},
        {"datetimeoffset", "", "8/24/2021 2:33:07 PM", "2021-08-24T14:33:07Z"},
        {"datetime", "", "2021-08-24T14:33:07Z", "="},
        {"datetimeoffset", "", "2021-08-24T14:33:07.1234567+02:00", "="},
        {"date", "", "2021-08-24", "="},
        {"date", "", "", "="},
        {"date", "", "24/08/2021", "="},  // no month 24: not rewritten
        {"date", "", "8/24/21", "="},
        {"date", "", "2/30/2021", "="},
        {"date", "xx-XX", "8/24/2021", "="},
        {"date", "xx-XX", "2021/8/24", "2021-08-24"},
        {"date", "", "8/24.2021", "="},
        {"date", "", "yesterday", "="},
        {"datetime", "", "8/24/2021 13:00:00 PM", "="},
        {"datetime", "", "8/24/2021 25:00", "="},
        {"datetime", "", "8/24/2021 2:33:07 PM x", "="},
        {"string", "", "8/24/2021", "="},
    }));
    INFO(std::get<0>(c) << " " << std::get<1>(c) << " " << std::get<2>(c));
    CHECK(rewritten(std::get<0>(c), std::get<1>(c), std::get<2>(c)) == std::get<3>(c));
}

TEST_CASE("decimals of a culture get a point", "[unit][source][cdm]") {
    CHECK(rewritten("decimal", "de-DE", "1.234,50") == "1234.50");
    CHECK(rewritten("double", "fr-FR", "-0,5") == "-0.5");
    for (const char* kept : {"1.5", "1,2,3", "12a,5", "1,", "", ",", "1,5.3"})
        CHECK(rewritten("decimal", "de-DE", kept) == "=");
    CHECK(rewritten("decimal", "en-US", "1,234") == "=");
    CHECK(rewritten("int64", "de-DE", "1,5") == "=");
}

TEST_CASE("declared patterns are read", "[unit][source][cdm]") {
    CHECK(rewritten("date", "", "24|08|2021", "dd|MM|yyyy") == "2021-08-24");
    CHECK(rewritten("date", "", "24-Aug-21", "d-MMM-yy") == "2021-08-24");
    CHECK(rewritten("date", "", "20210824", "yyyyMMdd") == "2021-08-24");
    CHECK(rewritten("datetime", "", "24.8.2021T2.05.09 pm", "", "d.M.yyyy'T'h.mm.ss a") ==
          "2021-08-24T14:05:09Z");
    CHECK(rewritten("datetime", "", "2021-08-24 14:05:09.123", "", "yyyy-MM-dd HH:mm:ss.SSS") ==
          "2021-08-24T14:05:09Z");
    CHECK(rewritten("date", "", "8/24/2021", "dd|MM|yyyy") == "2021-08-24");  // not as declared: as ever
    for (const char* bad : {"32|01|2021", "aa|bb|cccc", "24|08", ""})
        CHECK(rewritten("date", "", bad, "dd|MM|yyyy") == "=");
    CHECK(rewritten("date", "", "24", "dd'") == "=");
}

}  // namespace audienced::unit::source_cdm_values_test
