#include "inspect/explain/find_rows.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::inspect_explain_find_rows_test {

using namespace audienced;
using namespace audienced::inspect;

namespace {

vault::Vault a_vault() {
    return vault::Vault(Secret(std::string(32, 'm')), Secret(std::string(32, 'h')));
}

bool give(RowFinder& finder, std::uint64_t number, std::string_view address) {
    const std::vector<source::Value> row{{address, false}, {"Ann", false}};
    return finder.row(number, row);
}

}  // namespace

TEST_CASE("an address comes near by its tag, its domain, or a character that none can have",
          "[unit][inspect]") {
    struct Row {
        const char *asked, *there;
        bool valid, near;
    };
    const Row table[] = {
        {"ann@example.org", "ann+news@example.org", true, true},
        {"ann+a@example.org", "ann@example.org", true, true},
        {"ann@example.org", "ann@exampel.org", true, true},
        {"ann@example.org", "ann@example.com", true, false},  // three letters
        {"ann@example.org", "ann@mail.example.org", true, false},
        {"ann@example.org", "anna@example.org", true, false},
        {"ann+a@example.org", "ann+b@exampel.org", true, false},
        {"uzer10@example.org", "user10@example.org", true, true},
        {"usr10@example.org", "user10@example.org", true, true},
        {"usre10@example.org", "user10@example.org", true, true},
        {"user10@example.org", "userr10@example.org", true, true},
        {"user10@example.org", "user11@example.org", true, false},   // another member
        {"user10@example.org", "user100@example.org", true, false},  // another member
        {"uzer10@example.org", "user10@example.net", true, false},
        {"uzzr10@example.org", "user10@example.org", true, false},
        {"user10@example.org", "user10@example.org", true, false},
        {"ann@example.org", "ann@example.org", true, false},
        {"ann@example.org", "an n@example.org", false, true},
        {"ann@example.org", "<Ann@Example.org>", false, true},
        {"ann@example.org", "ann@@example.org", false, false},
        {"ann@example.org", "", false, false},
    };
    for (const Row& row : table) {
        CAPTURE(row.asked, row.there);
        CHECK(!how_near(row.asked, row.there, row.valid).empty() == row.near);
    }
}

TEST_CASE("what is likelier to be meant takes the place of what differs by a letter", "[unit][inspect]") {
    const auto vault = a_vault();
    WantedRows wanted;
    wanted.address = "anna@example.org";
    RowFinder finder(std::move(wanted), vault);
    SegmentLook look;
    finder.begin_segment(look);
    const char* others[] = {"anni", "annb", "anne", "anno", "annu", "annx"};
    for (const char* other : others) CHECK(give(finder, 1, std::string(other) + "@example.org"));
    CHECK(finder.near.size() == 5);
    CHECK(give(finder, 7, "anna+news@example.org"));
    REQUIRE(finder.near.size() == 5);
    CHECK(finder.near.back().number == 7);
    CHECK(finder.near.front().how == "the same but for one letter before the @");
}

TEST_CASE("all rows of an address are counted, the first are kept, and near ones only where there is none",
          "[unit][inspect]") {
    const auto vault = a_vault();
    WantedRows wanted;
    wanted.address = "ann@example.org";
    wanted.others.emplace_back(vault.members().member("former@example.org"), Under::former);
    RowFinder finder(std::move(wanted), vault);
    SegmentLook look;
    finder.begin_segment(look);
    for (std::uint64_t n = 1; n <= 12; ++n)
        CHECK(give(finder, n, n == 3 ? " FORMER@example.org" : "Ann@Example.ORG "));
    CHECK(give(finder, 13, "bob@example.org"));
    CHECK(finder.reject(14, "too long", "ann@example.org"));
    CHECK(finder.reject(15, "too long", std::nullopt));
    CHECK(finder.reject(16, "too long", "no address"));
    CHECK(look.rows == 16);
    CHECK(look.found == 13);
    REQUIRE(look.first.size() == 10);
    CHECK(look.first[0].columns == std::vector<std::optional<std::string>>{"Ann@Example.ORG ", "Ann"});
    CHECK((look.first[2].under == Under::former && look.first[2].number == 3));
    CHECK(finder.nameless == 2);
}

}  // namespace audienced::unit::inspect_explain_find_rows_test
