#include "provider/oauth/callback.hpp"

#include <catch2/catch.hpp>

#include "support/print_result.hpp"

namespace audienced::unit::provider_oauth_callback_test {

using namespace audienced;
using namespace audienced::provider::oauth;

TEST_CASE("a callback is believed only with our state, and says what went wrong", "[unit][oauth]") {
    CHECK(is_callback("/callback?code=1"));
    CHECK(is_callback("/callback"));
    CHECK_FALSE(is_callback("/callbacks"));
    CHECK_FALSE(is_callback("/favicon.ico"));
    CHECK(read_callback("/callback?code=c%2F1&state=st", "st")->reveal() == "c/1");
    CHECK(read_callback("/callback?state=st&iss=https%3A%2F%2Fx&code=c+1", "st")->reveal() == "c 1");
    struct Row {
        const char* target;
        Errc code;
        const char* says;
    };
    const auto row = GENERATE(values<Row>({
        {"/callback?code=c&state=stx", Errc::auth, "a different state"},
        {"/callback?code=c", Errc::auth, "a different state"},
        {"/callback?error=access_denied", Errc::auth, "a different state"},
        {"/callback?error=access_denied&state=st", Errc::auth, "denied"},
        {"/callback?error=invalid_scope&state=st", Errc::auth, "invalid_scope"},
        {"/callback?state=st", Errc::bad_answer, "without a code"},
        {"/callback?state=st&code=", Errc::bad_answer, "without a code"},
        {"/callback?state=st&state=other&code=c", Errc::bad_answer, "malformed"},
        {"/callback?state=st&code=%4", Errc::bad_answer, "malformed"},
        {"/callback?state=st&code=%zz", Errc::bad_answer, "malformed"},
    }));
    CAPTURE(row.target);
    const auto read = read_callback(row.target, "st");
    REQUIRE_FALSE(read);
    CHECK(read.error().code == row.code);
    CHECK_THAT(read.error().text(), Catch::Contains(row.says));
    CHECK_FALSE(read_callback("/callback?code=c&state=", ""));  // no state of ours is no state
}

}  // namespace audienced::unit::provider_oauth_callback_test
