#include "control/json.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::control_json_test {

using namespace audienced;
using namespace audienced::control;

TEST_CASE("addresses are masked wherever they stand in a text", "[unit][control]") {
    CHECK(mask_addresses("anna@example.com") == "a***@example.com");
    CHECK(mask_addresses("\xc3\xa9mile@example.com") == "\xc3\xa9***@example.com");
    CHECK(mask_addresses("no address here") == "no address here");
    CHECK(mask_addresses("Anna <anna@example.com>, bo@x.de") == "Anna <a***@example.com>, b***@x.de");
    CHECK(mask_addresses("@example.com") == "***@example.com");
    CHECK(mask_addresses("no @, or more than one; a single @.") == "no @, or more than one; a single @.");
    CHECK(mask_addresses("") == "");
}

}  // namespace audienced::unit::control_json_test
