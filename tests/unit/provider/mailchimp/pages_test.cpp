#include "provider/mailchimp/pages.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace audienced::unit::provider_mailchimp_pages_test {

using namespace audienced;
using namespace audienced::provider;
using namespace audienced::provider::mailchimp;

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
            ReplyMember row;
            row.address = rows[i];
            page.members.push_back(std::move(row));
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

}  // namespace audienced::unit::provider_mailchimp_pages_test
