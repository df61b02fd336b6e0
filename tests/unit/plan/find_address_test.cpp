#include "plan/find_address.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::plan_find_address_test {

using namespace audienced;

TEST_CASE("an address is found in a text however it is spelled", "[unit][plan]") {
    const std::string ascii = "zoe@example.org", wide = "zoe@xn--bcher-kva.example";
    struct Row {
        const char* text;
        bool ascii, wide;
    };
    const Row row = GENERATE(Row{"", false, false}, Row{"WHERE email <> 'zoe@example.org'", true, false},
                             Row{"ZOE@Example.ORG", true, false},
                             Row{"WHERE email <> 'Zoe@B\u00fccher.example'", false, true},
                             Row{"ZOE@B\u00dcCHER.EXAMPLE", false, true},
                             Row{"of \u201czoe@b\u00fccher.example\u201d", false, true},
                             Row{"zoe@xn--bcher-kva.example", false, true},
                             Row{"zoe@b\u00fccher\u3002example and more", false, true},
                             Row{"ann@b\u00fccher.example, zoe@b\u00fccher.example", false, true},
                             Row{"ann@b\u00fccher.example", false, false},
                             Row{"zoe@buecher.example", false, false}, Row{"zoe@", false, false});
    INFO(row.text);
    CHECK(plan::names_address(row.text, ascii) == row.ascii);
    CHECK(plan::names_address(row.text, wide) == row.wide);
}

}  // namespace audienced::unit::plan_find_address_test
