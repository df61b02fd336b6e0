// Profiles come in pages, from a service that changes meanwhile.
#include <catch2/catch.hpp>

#include "unit/source/customer_insights/insights_scene.hpp"

namespace audienced::unit::source_customer_insights_source_pages_test {

using namespace audienced;
using namespace audienced::test;

TEST_CASE("customer insights: a server with smaller pages than requested loses no profile",
          "[unit][source][insights]") {
    Insights ci;
    ci.many(95);
    ci.service.most_rows = 10;
    ci.settings.settings["page-size"] = "1000";
    KeptRows rows;
    CHECK(outcome(ci.read(rows)) == "fine");
    CHECK(rows.rows.size() == 95);
}

TEST_CASE("customer insights: rows that shift while paging are read again, not lost",
          "[unit][source][insights]") {
    Insights ci;
    ci.many(250);
    KeptRows rows;
    SECTION("one came in front: one row comes twice") {
        ci.service.count = 250;
        ci.service.before = [&](const std::string& line) {
            if (line.ends_with("$skip=100 HTTP/1.1")) ci.service.profile("0", "\"new@x.org\"");
        };
        // 250 are expected, 250 different ones come: those of the beginning, each once.
        CHECK(outcome(ci.read(rows)) == "fine");
        CHECK(rows.rows.size() == 250);
    }
    SECTION("one went: another is passed over") {
        ci.service.count = 250;
        ci.service.before = [&](const std::string& line) {
            if (line.ends_with("$skip=100 HTTP/1.1")) ci.service.profiles.erase(ci.service.profiles.begin());
        };
        CHECK(outcome(ci.read(rows)) == "source_changed");
    }
    SECTION("the segment is evaluated anew") {
        ci.service.before = [&](const std::string& line) {
            if (line.ends_with("$skip=100 HTTP/1.1")) ci.service.evaluated = "2026-02-28T10:05:00Z";
        };
        CHECK(outcome(ci.read(rows)) == "source_changed");
    }
    SECTION("the count is always a little off, and that is allowed") {
        ci.service.before = nullptr;
        ci.service.count = 252;
        CHECK(outcome(ci.read(rows)) == "source_changed");
        ci.settings.settings["count-tolerance"] = "1";
        CHECK(outcome(ci.read(rows)) == "fine");
    }
    SECTION("a server that does not page at all") {
        ci.service.before = nullptr;
        ci.service.ignores_skip = true;
        CHECK(outcome(ci.read(rows)) == "not_ready");
    }
}

TEST_CASE("customer insights: a service whose pages never end is given up", "[unit][source][insights]") {
    Insights ci;
    ci.many(100);
    ci.service.count = 100;
    KeptRows rows;
    SECTION("each page has profiles that are new") {
        ci.service.before = [&](const std::string& line) {
            if (line.find("/data/Customer?") == line.npos) return;
            for (int i = 0; i < 100; ++i)
                ci.service.profile(std::to_string(2'000'000 + ci.service.profiles.size()), "\"x@x.org\"");
        };
        CHECK(outcome(ci.read(rows)) == "not_ready");
        CHECK(ci.service.pages < 20);
    }
    SECTION("each page is the same, of profiles that have no id") {
        ci.service.raw_answer = R"({"value":[{"EMail":"a@x.org"}]})";
        CHECK(outcome(ci.read(rows)) == "not_ready");
        CHECK(ci.service.pages == 2);
    }
}

}  // namespace audienced::unit::source_customer_insights_source_pages_test
