#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "source/registry.hpp"
#include "support/fake_time.hpp"
#include "support/kept_rows.hpp"
#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_csv_source_newest_test {

using namespace audienced;
using audienced::test::KeptRows;

TEST_CASE("csv reads the newest file of a pattern alone, by name or by time", "[unit][source][csv]") {
    test::TempDir dir;
    test::FakeTime time;
    model::Source settings{"crm", "csv", {{"csv", dir.path().string()}}, {}};
    const auto segment = [](const std::string& what) {
        return model::Segment{"seg", "crm", model::Segment::Kind::file, what, "", {}};
    };
    const auto open = [&] {
        source::Environment environment;
        environment.clock = &time;
        return source::make(settings, environment).value();
    };
    const auto read = [&](KeptRows& rows) {
        return open()->read(segment("news-*.csv"), {"email"}, rows, {});
    };
    const auto at = [&](const std::string& name, std::int64_t seconds) {
        const std::string path = dir.write(name, "email\n" + name.substr(5, 1) + "@x.org\n");
        const timespec times[2] = {{seconds, 0}, {seconds, 0}};
        REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    };
    at("news-3.csv", 1000);
    at("news-1.csv", 3000);  // an old day, delivered again
    at("news-2.csv", 3000);
    dir.write("news-4.csv.part", "email\np@x.org\n");
    time.set_wall_clock(from_unix(3'100));
    const auto newest = [&](const char* by) {
        settings.settings["newest"] = by;
        KeptRows rows;
        auto snapshot = read(rows);
        INFO((snapshot ? std::string("read") : snapshot.error().text()));
        REQUIRE(snapshot.has_value());
        REQUIRE(rows.rows.size() == 1);
        CHECK(rows.numbers == std::vector<std::uint64_t>{2});
        return rows.rows[0][0];
    };
    CHECK(newest("by-name") == "3@x.org");
    CHECK(newest("by-time") == "2@x.org");  // of one time the last by name
    CHECK(open()->describe(segment("news-*.csv"), {})->columns.size() == 1);
    // A newest that may still be written is waited for; an older one in its place would take members out.
    settings.settings["min-age"] = "600";
    KeptRows rows;
    CHECK(read(rows).error().code == Errc::not_ready);
    settings.settings["newest"] = "by-name";
    CHECK(read(rows).has_value());
    settings.settings.erase("min-age");
    // A newer one that arrives meanwhile is read instead.
    rows.at_row = [&](std::uint64_t) {
        at("news-5.csv", 4000);
        return true;
    };
    CHECK(read(rows).error().code == Errc::source_changed);
    settings.settings["newest"] = "by-size";
    CHECK(source::find_kind("csv")->validate(settings, nullptr).error().code == Errc::usage);
}

}  // namespace audienced::unit::source_csv_source_newest_test
