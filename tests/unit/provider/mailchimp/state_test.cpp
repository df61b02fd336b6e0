#include <catch2/catch.hpp>

#include "provider/mailchimp/chunk_size.hpp"
#include "provider/mailchimp/groups.hpp"
#include "provider/mailchimp/pages.hpp"

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::mailchimp;

TEST_CASE("chunks halve on failure and double after ten successes", "[unit][provider][mailchimp]") {
    ChunkSize chunk;
    CHECK(chunk.members() == 500);
    chunk.failed(500);
    CHECK(chunk.members() == 250);
    chunk.failed(500);  // was under way before the halving
    CHECK(chunk.members() == 250);
    chunk.failed(3);  // so few were not too many
    CHECK(chunk.members() == 250);
    chunk.failed(250);
    CHECK(chunk.members() == 125);
    for (int i = 0; i < 9; ++i) chunk.succeeded();
    CHECK(chunk.members() == 125);
    chunk.failed(1);  // breaks the row of successes
    for (int i = 0; i < 9; ++i) chunk.succeeded();
    CHECK(chunk.members() == 125);
    chunk.succeeded();
    CHECK(chunk.members() == 250);
    for (int i = 0; i < 100; ++i) chunk.succeeded();
    CHECK(chunk.members() == 500);
    for (int i = 0; i < 20; ++i) chunk.failed(chunk.members());
    CHECK(chunk.members() == 1);
}

namespace {

/// Reads `rows` through Pages as the server would serve them; `change` may alter them before each page.
template <class Change>
std::vector<std::string> read_through(std::vector<std::string>& rows, Change change) {
    Pages pages;
    std::vector<std::string> seen;
    for (int guard = 0; guard < 200; ++guard) {
        change(guard);
        MembersPage page;
        page.total = rows.size();
        for (std::size_t i = pages.offset(); i < rows.size() && page.members.size() < 1000; ++i) {
            page.members.push_back({rows[i], "cleaned"});
            seen.push_back(rows[i]);
        }
        if (!pages.next(page)) return seen;
    }
    FAIL("paging never ends");
    return {};
}

std::vector<std::string> numbered(std::size_t n) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back("m" + std::to_string(i));
    return out;
}

}  // namespace

TEST_CASE("every row is read, whatever the number of pages", "[unit][provider][mailchimp]") {
    for (const std::size_t n : {0u, 1u, 49u, 999u, 1000u, 1001u, 1950u, 1951u, 2900u, 5000u}) {
        CAPTURE(n);
        auto rows = numbered(n);
        auto seen = read_through(rows, [](int) {});
        std::sort(seen.begin(), seen.end());
        seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
        CHECK(seen.size() == n);
    }
}

TEST_CASE("rows that move to the end while pages are read are no reason to miss the others",
          "[unit][provider][mailchimp]") {
    auto rows = numbered(6000);
    const auto all = rows;
    auto seen = read_through(rows, [&](int page) {
        if (page == 0 || page > 4) return;
        std::rotate(rows.begin(), rows.begin() + 300, rows.end());  // more than pages overlap
    });
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    CHECK(seen.size() == all.size());
}

TEST_CASE("titles become tags, found without regard to case and blanks", "[unit][provider][mailchimp]") {
    const std::vector<Tag> tags{{"11", "vip customers"}, {"12", "Other"}};
    auto layout = layout_of({" VIP Customers", "New", "vip CUSTOMERS "}, tags);
    REQUIRE(layout.has_value());
    REQUIRE(layout->groups.size() == 2);
    CHECK(layout->groups[0].id == "11");
    CHECK(layout->groups[1].id.empty());
    CHECK(layout->groups[1].title == "New");
    CHECK(layout->of_segment == std::vector<std::uint64_t>{1, 2, 1});
    CHECK(layout->joined_by_upsert == 0);

    CHECK(layout_of(numbered(64), {}).has_value());
    CHECK(layout_of(numbered(65), {}).error().code == Errc::usage);
}
