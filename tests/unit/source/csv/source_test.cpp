#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "source/registry.hpp"
#include "support/fake_time.hpp"
#include "support/kept_rows.hpp"
#include "support/no_descriptors.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_csv_source_test {

using namespace audienced;
using audienced::test::KeptRows;
using audienced::test::TempDir;
using Lines = std::vector<std::vector<std::string>>;
namespace fs = std::filesystem;

namespace {

struct Csv {
    TempDir dir;
    model::Source settings{"crm", "csv", {}, {}};
    test::FakeTime time;

    Csv() { settings.settings["csv"] = dir.path().string(); }
    std::unique_ptr<source::Source> open() {
        source::Environment environment;
        environment.clock = &time;
        auto made = source::make(settings, environment);
        REQUIRE(made.has_value());
        return std::move(*made);
    }
    static model::Segment file(const std::string& what) {
        return {"seg", "crm", model::Segment::Kind::file, what, "", {}};
    }
    result<source::Snapshot> read(const std::string& what, const std::vector<std::string>& columns,
                                  KeptRows& rows, std::stop_token stop = {}) {
        return open()->read(file(what), columns, rows, stop);
    }
};

}  // namespace

TEST_CASE("csv gives the columns asked for, in that order", "[unit][source][csv]") {
    Csv csv;
    csv.dir.write("a.csv", "\xEF\xBB\xBFname,email,age\r\n\"M\xC3\xBCller, A.\",a@x.org,7\r\n,b@x.org,\r\n");
    KeptRows rows;
    auto snapshot = csv.read("a.csv", {"email", "name"}, rows);
    REQUIRE(snapshot.has_value());
    CHECK(rows.rows == Lines{{"a@x.org", "M\xC3\xBCller, A."}, {"b@x.org", ""}});
    CHECK(rows.numbers == std::vector<std::uint64_t>{2, 3});  // lines, as an editor counts them
    CHECK(snapshot->rows == 2);
    auto description = csv.open()->describe(csv.file("a.csv"), {});
    REQUIRE(description.has_value());
    CHECK(description->columns == std::vector<std::string>{"name", "email", "age"});
}

TEST_CASE("csv rejects a broken row with its line and goes on", "[unit][source][csv]") {
    Csv csv;
    csv.dir.write("a.csv",
                  "email,name\n"
                  "a@x.org,\"two\nlines\"\n"
                  "short\n"
                  "long,er,than\n"
                  "b\xFF@x.org,B\n"
                  "\"c@x.org\"x,C\n"
                  "d@x.org,D\n"
                  "\"e@x.org,E\n");
    KeptRows rows;
    auto snapshot = csv.read("a.csv", {"email"}, rows);
    REQUIRE(snapshot.has_value());
    CHECK(rows.rows == Lines{{"a@x.org"}, {"d@x.org"}});
    // Lines as an editor counts them: the header is one, and so is each line of a quoted value.
    CHECK(rows.numbers == std::vector<std::uint64_t>{2, 8});
    CHECK(rows.rejects == std::vector<std::string>{
                              "4: line 4: it has 1 fields, not 2", "5: line 5: it has 3 fields, not 2",
                              "6: line 6: the column email is not valid UTF-8",
                              "7: line 7: text follows a closing quote", "9: line 9: a quote is not closed"});
    CHECK(rows.addresses == std::vector<std::string>{"-", "-", "-", "-", "-"});
    CHECK(snapshot->rows == 7);
}

TEST_CASE("csv accepts invalid text in a column that was not requested", "[unit][source][csv]") {
    Csv csv;
    csv.dir.write("a.csv", "email,note\na@x.org,\xFF\n");
    KeptRows rows;
    REQUIRE(csv.read("a.csv", {"email"}, rows).has_value());
    CHECK(rows.rows == Lines{{"a@x.org"}});
}

TEST_CASE("csv says what is missing", "[unit][source][csv]") {
    Csv csv;
    csv.dir.write("a.csv", "email,name,email\na,b,c\n");
    csv.dir.write("empty.csv", "");
    csv.dir.write("header.csv", "email\n");
    KeptRows rows;
    auto code = [&](const std::string& what, const std::string& column) {
        auto r = csv.read(what, {column}, rows);
        return r ? std::string("fine") : std::string(to_string(r.error().code));
    };
    CHECK(code("a.csv", "phone") == "not_found");
    CHECK(code("a.csv", "email") == "bad_config");
    CHECK(code("none.csv", "email") == "not_ready");
    CHECK(code("none*.csv", "email") == "not_ready");
    CHECK(code("empty.csv", "email") == "not_ready");
    CHECK(code("header.csv", "email") == "fine");
    CHECK(rows.rows.empty());
}

TEST_CASE("csv reads nothing outside its folder", "[unit][source][csv]") {
    Csv csv;
    TempDir other;
    const std::string secret = other.write("secret.csv", "email\nx@x.org\n");
    csv.dir.write("in.csv", "email\ny@x.org\n");
    fs::create_symlink(secret, csv.dir / "out.csv");
    fs::create_symlink(csv.dir / "in.csv", csv.dir / "link.csv");
    fs::create_directory_symlink(other.path(), csv.dir / "sub");
    fs::create_directory(csv.dir / "folder.csv");
    REQUIRE(::mkfifo((csv.dir / "pipe.csv").c_str(), 0600) == 0);
    KeptRows rows;
    for (const std::string& bad : std::vector<std::string>{
             "../" + other.path().filename().string() + "/secret.csv", secret, std::string("out.csv"),
             std::string("sub/secret.csv"), std::string("a/../../x.csv"), std::string("out*.csv")}) {
        INFO(bad);
        auto r = csv.read(bad, {"email"}, rows);
        REQUIRE(!r);
        CHECK(r.error().code == Errc::usage);
    }
    for (const char* odd : {"folder.csv", "pipe.csv"})
        CHECK(csv.read(odd, {"email"}, rows).error().code == Errc::not_ready);
    CHECK(rows.rows.empty());
    REQUIRE(csv.read("link.csv", {"email"}, rows).has_value());
    CHECK(rows.rows == Lines{{"y@x.org"}});
}

TEST_CASE("csv reads several files by a pattern, in the order of their names", "[unit][source][csv]") {
    Csv csv;
    csv.dir.write("2026/b.csv", "name,email\nB,b@x.org\n");
    csv.dir.write("2026/a.csv", "email,name\na@x.org,A\na,b,c\n");
    csv.dir.write("2026/.hidden.csv", "email\nh@x.org\n");
    csv.dir.write("2026/c.txt", "email\nt@x.org\n");
    KeptRows rows;
    auto snapshot = csv.read("20*/*.csv", {"email"}, rows);
    REQUIRE(snapshot.has_value());
    CHECK(rows.rows == Lines{{"a@x.org"}, {"b@x.org"}});
    CHECK(rows.numbers == std::vector<std::uint64_t>{1, 3});
    CHECK(rows.rejects == std::vector<std::string>{"2: 2026/a.csv, line 3: it has 3 fields, not 2"});
}

TEST_CASE("csv notices a file that changes while it is read", "[unit][source][csv]") {
    Csv csv;
    const std::string path = csv.dir.write("a.csv", "email\na@x.org\nb@x.org\n");
    KeptRows rows;
    SECTION("appended to") {
        rows.at_row = [&](std::uint64_t n) {
            if (n == 2) std::ofstream(path, std::ios::app) << "c@x.org\n";
            return true;
        };
    }
    SECTION("replaced by one of the same size") {
        rows.at_row = [&](std::uint64_t n) {
            if (n == 2) fs::rename(csv.dir.write("new", "email\nc@x.org\nd@x.org\n"), path);
            return true;
        };
    }
    SECTION("removed") {
        rows.at_row = [&](std::uint64_t) {
            fs::remove(path);
            return true;
        };
    }
    auto r = csv.read("a.csv", {"email"}, rows);
    REQUIRE(!r);
    CHECK(r.error().code == Errc::source_changed);
}

TEST_CASE("csv gives up a file that grows as fast as it is read", "[unit][source][csv]") {
    Csv csv;
    const std::string path = csv.dir.write("a.csv", "email\na@x.org\n");
    KeptRows rows;
    rows.at_row = [&](std::uint64_t n) {
        if (n < 1000) std::ofstream(path, std::ios::app) << "c@x.org\n";
        return true;
    };
    CHECK(csv.read("a.csv", {"email"}, rows).error().code == Errc::source_changed);
    CHECK(rows.rows.size() == 1);
}

TEST_CASE("csv notices that a file came to a pattern", "[unit][source][csv]") {
    Csv csv;
    csv.dir.write("a.csv", "email\na@x.org\n");
    KeptRows rows;
    rows.at_row = [&](std::uint64_t) {
        csv.dir.write("b.csv", "email\nb@x.org\n");
        return true;
    };
    CHECK(csv.read("*.csv", {"email"}, rows).error().code == Errc::source_changed);
}

TEST_CASE("csv stops when it is told, by the token or by the sink", "[unit][source][csv]") {
    Csv csv;
    csv.dir.write("a.csv", "email\na@x.org\nb@x.org\nc@x.org\n");
    KeptRows rows;
    std::stop_source stop;
    SECTION("the sink") {
        rows.at_row = [](std::uint64_t n) { return n < 3; };
        CHECK(csv.read("a.csv", {"email"}, rows).error().code == Errc::cancelled);
    }
    SECTION("the token") {
        rows.at_row = [&](std::uint64_t n) {
            if (n == 3) stop.request_stop();
            return true;
        };
        CHECK(csv.read("a.csv", {"email"}, rows, stop.get_token()).error().code == Errc::cancelled);
    }
    CHECK(rows.rows.size() == 2);
}

TEST_CASE("csv ids are equal for the same data and differ for other data", "[unit][source][csv]") {
    Csv csv;
    csv.dir.write("a.csv", "email\na@x.org\n");
    KeptRows rows;
    const std::string id = csv.read("a.csv", {"email"}, rows)->id;
    CHECK(csv.read("a.csv", {"email"}, rows)->id == id);
    csv.dir.write("a.csv", "email\nb@x.org\n!");
    CHECK(csv.read("a.csv", {"email"}, rows)->id != id);
}

TEST_CASE("csv refuses files that are too young or too old, where ages are set", "[unit][source][csv]") {
    Csv csv;
    const std::string path = csv.dir.write("a.csv", "email\na@x.org\n");
    struct timespec times[2] = {{to_unix(csv.time.now()) - 100, 0}, {to_unix(csv.time.now()) - 100, 0}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    KeptRows rows;
    const auto ages = GENERATE(table<const char*, const char*, bool>(
        {{"", "", true}, {"100", "", true}, {"101", "", false}, {"", "100", true}, {"", "99", false}}));
    csv.settings.settings["min-age"] = std::get<0>(ages);
    csv.settings.settings["max-age"] = std::get<1>(ages);
    auto r = csv.read("a.csv", {"email"}, rows);
    CHECK(r.has_value() == std::get<2>(ages));
    if (!r) CHECK(r.error().code == Errc::not_ready);
}

TEST_CASE("csv settings that do not hold are refused before anything is read", "[unit][source][csv]") {
    const source::Kind* kind = source::find_kind("csv");
    REQUIRE(kind);
    Csv csv;
    const auto bad = GENERATE(table<const char*, const char*>({{"delimiter", ",,"},
                                                               {"encoding", "ebcdic"},
                                                               {"min-age", "-1"},
                                                               {"max-age", "soon"},
                                                               {"colour", "blue"},
                                                               {"csv", "relative/folder"},
                                                               {"csv", ""}}));
    csv.settings.settings[std::get<0>(bad)] = std::get<1>(bad);
    CHECK(kind->validate(csv.settings, nullptr).error().code == Errc::usage);
    CHECK(csv.open()->test({}).error().code == Errc::usage);
}

TEST_CASE("csv segments are files", "[unit][source][csv]") {
    Csv csv;
    const source::Kind* kind = source::find_kind("csv");
    auto segment = csv.file("a.csv");
    CHECK(kind->validate(csv.settings, &segment).has_value());
    segment.kind = model::Segment::Kind::query;
    CHECK(kind->validate(csv.settings, &segment).error().code == Errc::usage);
    for (const char* bad : {"", "/etc/passwd", "../x", "a/../../b"}) {
        auto s = csv.file(bad);
        CHECK(kind->validate(csv.settings, &s).error().code == Errc::usage);
    }
    CHECK(csv.open()->test({}).has_value());
    csv.settings.settings["csv"] = "/nowhere/at/all";
    CHECK(csv.open()->test({}).error().code == Errc::not_ready);
}

TEST_CASE("csv names the cause when a file cannot be opened", "[unit][source][csv]") {
    Csv csv;
    csv.dir.write("a.csv", "email\na@x.org\n");
    KeptRows rows;
    result<source::Snapshot> read = source::Snapshot{};
    {
        const test::NoDescriptors none;
        read = csv.read("a.csv", {"email"}, rows);
    }
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == Errc::not_ready);
    CHECK(read.error().message.find("Too many open files") != std::string::npos);
}

}  // namespace audienced::unit::source_csv_source_test
