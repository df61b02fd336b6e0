#include "base/domain.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::base_domain_test {

using audienced::ascii_domain;
using audienced::comparable_address;

TEST_CASE("a domain in another script has an ASCII form, or is none", "[unit][base]") {
    CHECK(ascii_domain("b\xC3\xBC"
                       "cher.example") == "xn--bcher-kva.example");
    CHECK(ascii_domain("example.org") == "example.org");
    CHECK_FALSE(ascii_domain("\xFF.example"));
    CHECK_FALSE(ascii_domain("\xCC\x88.example"));  // begins with a mark that combines
    CHECK_FALSE(ascii_domain(std::string(64, 'a') + "\xC3\xBC.example"));
    CHECK_FALSE(ascii_domain(std::string_view("b\xC3\xBC\0.example", 12)));
}

TEST_CASE("addresses of a provider are compared in one form", "[unit][base]") {
    CHECK(comparable_address(" Ann@Example.ORG\n") == "ann@example.org");
    CHECK(comparable_address("ann@B\xC3\x9C"
                             "CHER.example") == "ann@xn--bcher-kva.example");
    CHECK(comparable_address("J\xC3\x9CRGEN@example.org") == "j\xC3\x9Crgen@example.org");
    CHECK(comparable_address("no address") == "no address");
    CHECK(comparable_address("ann@\xFF") == "ann@\xFF");
    CHECK(comparable_address("").empty());
}

}  // namespace audienced::unit::base_domain_test
