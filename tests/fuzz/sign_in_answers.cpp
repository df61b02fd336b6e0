// Whatever a login service, or a browser on the loopback address, says: a value or an error; no token that
// could end a header, no code with another state, and nothing of the body in words meant for people.
#include <cstdint>
#include <cstdlib>

#include "provider/mailchimp/wire/metadata.hpp"
#include "provider/oauth/callback.hpp"
#include "provider/oauth/device.hpp"

using namespace audienced;
using namespace audienced::provider::oauth;

namespace {

void check_words(const std::string& words) {
    if (words.find('@') != std::string::npos || words.find('\n') != std::string::npos) std::abort();
}

void check_grant(const http::Response& response) {
    const TokenAnswer answer = read_token_answer(response);
    check_words(answer.why);
    check_words(answer.error);
    if (answer.kind == TokenAnswer::Kind::granted && answer.access_token.empty()) std::abort();
    for (const Secret* token : {&answer.access_token, &answer.refresh_token})
        for (const unsigned char c : token->reveal())
            if (c <= 0x20 || c >= 0x7f) std::abort();
    (void)after_poll(answer, std::chrono::seconds{5});
    (void)after_grant({}, answer, SysTime{});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(reinterpret_cast<const char*>(data), size);
    for (const unsigned status : {200u, 400u, 401u, 403u, 429u, 503u}) {
        http::Response response;
        response.status = status;
        response.body = body;
        check_grant(response);
        (void)read_device_offer(response);
        if (auto base = provider::mailchimp::read_api_endpoint(response);
            base && !base->starts_with("https://"))
            std::abort();
    }
    const std::string state = "kept-state";
    if (read_callback("/callback?" + body, state) && body.find("kept") == std::string::npos &&
        body.find('%') == std::string::npos)
        std::abort();
    (void)is_callback(body);
    (void)read_callback(body, state);
    return 0;
}
