#include "notify/ways/signature.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::notify_signature_test {

using namespace audienced;

TEST_CASE("a signature is the HMAC-SHA256 of time, full stop and body", "[unit][notify]") {
    // printf '1772330400.{"id":7}' | openssl dgst -sha256 -hmac 0123456789abcdef
    const auto signed_as =
        notify::signature(Secret("0123456789abcdef"), from_unix(1'772'330'400), "{\"id\":7}");
    CHECK(signed_as == "t=1772330400,v1=c5666acb88569810ad9d49d943e568baf550b30ad0a0ee2ea77be51515317e57");
    CHECK(notify::signature(Secret("0123456789abcdef"), from_unix(1'772'330'401), "{\"id\":7}") != signed_as);
    CHECK(notify::signature(Secret("0123456789abcdeg"), from_unix(1'772'330'400), "{\"id\":7}") != signed_as);
}

}  // namespace audienced::unit::notify_signature_test
