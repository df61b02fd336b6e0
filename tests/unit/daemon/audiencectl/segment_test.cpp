// audiencectl segment edit, as a process.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "store/definitions.hpp"

namespace audienced::unit::daemon_audiencectl_segment_test {

using namespace audienced;
using nlohmann::json;
using test::Desk;

namespace {

std::int64_t revision_of(Desk& desk, const std::string& name) {
    const auto read = [&](store::Database& db, const vault::Vault&) { return store::get_export(db, name); };
    return desk.in_store(read).value().revision;
}

bool told(const Desk& desk, const std::string& what) {
    return std::find(desk.live.told.begin(), desk.live.told.end(), what) != desk.live.told.end();
}

}  // namespace

TEST_CASE("segments: an edit makes plans of its exports expire, once it is stored", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"export", "duplicate", "spring", "other"});
    const auto before = revision_of(desk, "spring");
    const auto said = desk.expect(0, {"segment", "edit", "customers", "--file", "newer.csv"});
    CHECK(said.out.find("used by other, spring") != std::string::npos);
    CHECK(told(desk, "revoke export spring: plan_expired"));
    CHECK(told(desk, "revoke export other: plan_expired"));
    CHECK(revision_of(desk, "spring") == before + 1);
    const auto shown = desk.expect(0, {"segment", "show", "customers", "--json"}).json();
    CHECK(shown["file"] == "newer.csv");
    CHECK(shown["title"] == "Customers");
    const auto audit = desk.expect(0, {"audit", "--json"}).json();
    CHECK(audit[0]["action"] == "segment edit");
    CHECK(audit[0]["before"]["file"] == "people.csv");
    CHECK(audit[0]["after"]["file"] == "newer.csv");
}

TEST_CASE("segments: an edit that changes nothing leaves no trace", "[unit][control]") {
    Desk desk;
    desk.furnish();
    const auto before = desk.definitions();
    const auto revision = revision_of(desk, "spring");
    desk.live.told.clear();
    const auto said =
        desk.expect(0, {"segment", "edit", "customers", "--file", "people.csv", "--title", "Customers"});
    CHECK(said.out.find("nothing was changed") != std::string::npos);
    CHECK(desk.definitions() == before);
    CHECK(revision_of(desk, "spring") == revision);
    CHECK(desk.live.told.empty());
}

TEST_CASE("segments: columns that exports need cannot be edited away", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"export", "edit", "spring", "--map", "first=FNAME", "--key", "id"});
    desk.expect(0, {"export", "add", "summer", "--connection", "shop", "--destination", "d", "--segment",
                    "customers", "--email", "mail"});
    // The source has the columns email and first.
    desk.refused(5, {"segment", "edit", "customers", "--file", "x.csv"}, "spring: id; summer: mail");
    desk.refused(5, {"segment", "edit", "customers", "--file", "x.csv"}, "it would have: email, first");
    desk.expect(0, {"export", "edit", "spring", "--no-key"});
    desk.expect(0, {"export", "edit", "summer", "--email", "email"});
    desk.expect(0, {"segment", "edit", "customers", "--file", "x.csv"});
}

TEST_CASE("segments: what cannot be read is stored only where no export depends on it", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"segment", "add", "free", "--source", "crm", "--file", "f.csv"});
    desk.live.cannot_read = retryable(Errc::not_ready, "the folder is away");
    desk.refused(1, {"segment", "edit", "customers", "--file", "x.csv"}, "the folder is away");
    CHECK(desk.expect(0, {"segment", "edit", "free", "--file", "g.csv"}).out.find("the folder is away") !=
          std::string::npos);
    desk.expect(0, {"segment", "edit", "customers", "--title", "All customers"});
}

TEST_CASE("segments: a new title is said to rename nothing, and must fit a tag", "[unit][control]") {
    Desk desk;
    desk.furnish();
    CHECK(desk.expect(0, {"segment", "edit", "customers", "--title", "Buyers"}).out.find("is not renamed") !=
          std::string::npos);
    CHECK(desk.expect(0, {"segment", "edit", "customers", "--title", "BUYERS"}).out.find("is not renamed") ==
          std::string::npos);
    desk.refused(2, {"segment", "edit", "customers", "--title", std::string(51, 'x')}, "at most 50 bytes");
    desk.refused(2, {"segment", "edit", "customers", "--title", "two\nlines"}, "title");
    desk.refused(2, {"segment", "edit", "customers"}, "no change was given");
    desk.refused(2, {"segment", "edit", "customers", "--table", "t"}, "--table");
    desk.refused(2, {"segment", "edit", "customers", "--table", "t", "--file", "f"}, "--file");
    desk.refused(5, {"segment", "edit", "nothing", "--title", "t"}, "nothing");
}

TEST_CASE("segments: an edit gives way to one that came first, and checks the exports that are there then",
          "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.live.while_describing = [&] {
        desk.live.while_describing = {};
        model::Segment other;
        other.name = "customers";
        other.source = "crm";
        other.kind = model::Segment::Kind::file;
        other.what = other.title = "other.csv";
        const auto write = [&](store::Database& db, const vault::Vault&) {
            return store::update_segment(db, other);
        };
        REQUIRE(desk.in_store(write).has_value());
    };
    const auto said = desk.expect(6, {"segment", "edit", "customers", "--file", "x.csv"});
    CHECK(said.err.find("was changed while") != std::string::npos);
    desk.live.while_describing = [&] {
        const auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
            auto e = store::get_export(db, "spring");
            e->key = "id";
            return store::update_export(db, *e);
        };
        REQUIRE(desk.in_store(write).has_value());
    };
    desk.expect(5, {"segment", "edit", "customers", "--file", "x.csv"});
}

}  // namespace audienced::unit::daemon_audiencectl_segment_test
