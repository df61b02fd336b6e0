#include "mailchimp_bench.hpp"

namespace audienced::unit::provider_mailchimp_session_test {

using namespace audienced;
using namespace audienced::test;

TEST_CASE("a refused key is followed by advice that can be taken", "[unit][provider][mailchimp]") {
    // A refused `connection add` advised to edit the connection that was not added.
    const auto refusal = [](std::string account) {
        const auto serve = [](const http::Request&) {
            return json_reply(401, problem("API Key Invalid", ""));
        };
        MailchimpBench bench(serve, std::move(account));
        auto checked = bench.run(bench.provider->check_account());
        REQUIRE(!checked);
        CHECK(checked.error().code == Errc::auth);
        return checked.error().hint;
    };
    CHECK(refusal("acc").find("audiencectl connection edit mc --api-key-file FILE") != std::string::npos);
    CHECK(refusal("").find("nothing was added") == 0);
    CHECK(refusal("").find("edit") == std::string::npos);
}

}  // namespace audienced::unit::provider_mailchimp_session_test
