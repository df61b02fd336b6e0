#include "plan/address.hpp"

#include <catch2/catch.hpp>
#include <tuple>

namespace audienced::unit::plan_address_test {

using audienced::plan::AddressProblem;
using audienced::plan::normalise_address;

TEST_CASE("an address is trimmed and lower-cased, and nothing else of it changes", "[unit][plan]") {
    const auto [raw, expected] = GENERATE(table<std::string, std::string>({
        {"ann@example.org", "ann@example.org"},
        {"  Ann.LEE+News@Example.ORG\t\r\n", "ann.lee+news@example.org"},
        {"\xC2\xA0"
         "ann@example.org\xE2\x80\x83\xEF\xBB\xBF",
         "ann@example.org"},
        {"J\xC3\x9CRGEN@example.org", "j\xC3\x9Crgen@example.org"},
        {"o'neil@a-b.example", "o'neil@a-b.example"},
        {"x@1.2", "x@1.2"},
        {"ann@b\xC3\xBC"
         "cher.example",
         "ann@xn--bcher-kva.example"},
        {"ann@B\xC3\x9C"
         "CHER.example",
         "ann@xn--bcher-kva.example"},
        {"ann@bu\xCC\x88"
         "cher.example",
         "ann@xn--bcher-kva.example"},
        {"ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"},
        {"ann@stra\xC3\x9F"
         "e.example",
         "ann@xn--strae-oqa.example"},
        {"ann@\xE4\xBE\x8B\xE3\x81\x88.example", "ann@xn--r8jz45g.example"},
        {"ann@example\xE3\x80\x82org", "ann@example.org"},
        {"\xC3\xBC@example.org", "\xC3\xBC@example.org"},
    }));
    std::string out;
    REQUIRE(normalise_address(raw, out) == AddressProblem::none);
    CHECK(out == expected);
}

TEST_CASE("what is not an address is told apart by why", "[unit][plan]") {
    using P = AddressProblem;
    const std::string label63(63, 'a'), label64(64, 'a'), local64(64, 'l'), local65(65, 'l');
    const auto [raw, expected] = GENERATE_COPY(table<std::string, AddressProblem>({
        {"", P::missing},
        {" \t\xE3\x80\x80", P::missing},
        {"ann", P::not_one_at},
        {"a@b@example.org", P::not_one_at},
        {"@example.org", P::bad_local_part},
        {"a b@example.org", P::bad_local_part},
        {"a,b@example.org", P::bad_local_part},
        {"a(b)@example.org", P::bad_local_part},
        {"<ann@example.org", P::bad_local_part},
        {"a[b@example.org", P::bad_local_part},
        {"a{b@example.org", P::bad_local_part},
        {"\"ann\"@example.org", P::bad_local_part},
        {std::string("a\0b@example.org", 15), P::bad_local_part},
        {"a\x7F@example.org", P::bad_local_part},
        {"a\xE2\x80\x8B"
         "b@example.org",
         P::bad_local_part},
        {local65 + "@example.org", P::bad_local_part},
        {"ann@example", P::bad_domain},
        {"ann@.example.org", P::bad_domain},
        {"ann@example.org.", P::bad_domain},
        {"ann@exa mple.org", P::bad_domain},
        {"ann@-example.org", P::bad_domain},
        {"ann@example-.org", P::bad_domain},
        {"ann@exa_mple.org", P::bad_domain},
        {"ann@b\xE2\x80\x8B"
         "ucher.example",
         P::bad_domain},
        {"ann@b\xC2\xAD"
         "ucher.example",
         P::bad_domain},
        {"ann@\xE2\x98\x83_.example", P::bad_domain},
        {"ann@b\xC3\xBC"
         "cher",
         P::bad_domain},
        {"ann@" + label64 + ".org", P::bad_domain},
        {"a\xFF@example.org", P::bad_encoding},
        {local64 + "@" + label63 + "." + label63 + "." + label63, P::too_long},
    }));
    std::string out;
    CHECK(normalise_address(raw, out) == expected);
}

TEST_CASE("the longest address that is allowed is allowed", "[unit][plan]") {
    const std::string label(63, 'a');
    const std::string longest = std::string(64, 'l') + "@" + label + "." + label + "." + std::string(61, 'b');
    REQUIRE(longest.size() == 254);
    std::string out;
    CHECK(normalise_address(longest, out) == AddressProblem::none);
    CHECK(normalise_address(longest + "b", out) == AddressProblem::too_long);
}

}  // namespace audienced::unit::plan_address_test
