#include "provider/listing_check.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::provider_listing_check_test {

using namespace audienced;
using provider::ListingCheck;

namespace {

/// Reads a page whose rows are `from` to `to`.
void read(ListingCheck& check, int from, int to, std::optional<std::uint64_t> claimed) {
    for (int i = from; i < to; ++i) check.row("m" + std::to_string(i));
    check.page_read(claimed);
}

/// How many pages are read before the check ends the listing.
std::size_t pages_until_end(ListingCheck& check, std::optional<std::uint64_t> claimed, const Error** why) {
    static Error last;
    for (std::size_t n = 0;; ++n) {
        auto may = check.next_page();
        if (!may) {
            last = may.error();
            *why = &last;
            return n;
        }
        check.page_read(claimed);
    }
}

}  // namespace

TEST_CASE("a listing is complete if it shows as many different rows as it claims", "[unit][provider]") {
    ListingCheck whole("A list", 100);
    read(whole, 0, 100, 150);
    CHECK(!whole.complete());
    read(whole, 50, 150, 150);
    CHECK(whole.complete());

    ListingCheck repeated("A list", 100);
    read(repeated, 0, 100, 150);
    read(repeated, 0, 50, 150);
    CHECK(!repeated.complete());

    ListingCheck shrunk("A list", 100);
    read(shrunk, 0, 100, 150);
    read(shrunk, 100, 148, 148);  // two left meanwhile
    CHECK(shrunk.complete());

    ListingCheck cut("A list", 100);
    read(cut, 0, 100, 150);
    read(cut, 0, 0, 0);  // an empty page does not make it smaller
    CHECK(!cut.complete());

    ListingCheck empty("A list", 100), none("A list", 100), nameless("A list", 100);
    read(empty, 0, 0, 7);
    CHECK(!empty.complete());
    read(none, 0, 3, std::nullopt);
    CHECK(none.complete());
    for (int i = 0; i < 3; ++i) nameless.row("");
    nameless.page_read(3);
    CHECK(nameless.complete());
}

TEST_CASE("a listing that never ends is ended", "[unit][provider]") {
    const Error* why = nullptr;
    ListingCheck claims_much("A list", 100);
    CHECK(pages_until_end(claims_much, 1000, &why) == 94);  // 11 pages would do
    CHECK((why->code == Errc::bad_answer && why->safe_to_retry));
    CHECK(why->message.find("1000 rows") != std::string::npos);
    ListingCheck claims_nothing("A list", 100);
    CHECK(pages_until_end(claims_nothing, std::nullopt, &why) > 20'000);
    ListingCheck huge("A list", 100);
    CHECK(pages_until_end(huge, ~std::uint64_t{0}, &why) < 100'000);

    ListingCheck circle("A list", 100);
    for (const char* link : {"/a", "/b", "/c"}) CHECK(circle.next_page(link).has_value());
    const auto again = circle.next_page("/b");
    REQUIRE(!again);
    CHECK((again.error().code == Errc::bad_answer && again.error().safe_to_retry));
}

}  // namespace audienced::unit::provider_listing_check_test
