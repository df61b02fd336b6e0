#include "provider/oauth/device.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace audienced::provider::oauth {
using nlohmann::json;
namespace {

constexpr std::chrono::seconds slower{5};  // RFC 8628 3.5
constexpr std::chrono::seconds slowest{60};

std::string shown(const json& body, const char* key) {
    const auto it = body.find(key);
    if (it == body.end() || !it->is_string()) return {};
    std::string text = it->get<std::string>();
    const auto plain = [](unsigned char c) { return c > 0x20 && c < 0x7f; };
    if (text.size() > 2048 || !std::all_of(text.begin(), text.end(), plain)) return {};
    return text;
}

std::chrono::seconds seconds_at(const json& body, const char* key, std::chrono::seconds otherwise,
                                std::chrono::seconds most) {
    const auto it = body.find(key);
    if (it == body.end() || !it->is_number()) return otherwise;
    const double value = it->get<double>();
    if (!(value >= 1)) return otherwise;
    return std::chrono::seconds(
        static_cast<std::int64_t>(std::min(value, static_cast<double>(most.count()))));
}

DeviceStep ended(std::string message, std::string hint) {
    DeviceStep out;
    out.kind = DeviceStep::Kind::ended;
    out.error = make_error(Errc::auth, std::move(message), std::move(hint));
    return out;
}

}  // namespace

result<DeviceOffer> read_device_offer(const http::Response& r) {
    const json body = json::parse(r.body, nullptr, false);
    if (!r.ok() || !body.is_object()) {
        TokenAnswer said = read_token_answer(r);  // errors have the same shape
        if (said.kind == TokenAnswer::Kind::refused)
            return make_error(
                Errc::auth, "the login service offers no device code: " + said.why,
                "the application must be registered with the device grant; or sign in with a browser, "
                "without --device");
        return retryable(Errc::network, "no device code: " + said.why, "try again in a minute");
    }
    DeviceOffer out;
    out.device_code = Secret(shown(body, "device_code"));
    out.user_code = shown(body, "user_code");
    out.verification_uri = shown(body, "verification_uri");
    if (out.verification_uri.empty())
        out.verification_uri = shown(body, "verification_url");  // before the RFC
    out.verification_uri_complete = shown(body, "verification_uri_complete");
    if (!http::parse_url(out.verification_uri_complete)) out.verification_uri_complete.clear();
    if (out.device_code.empty() || out.user_code.empty() || !http::parse_url(out.verification_uri))
        return make_error(Errc::bad_answer,
                          "the login service's answer with the device code does not follow RFC 8628",
                          "sign in with a browser, without --device");
    out.expires_in = seconds_at(body, "expires_in", out.expires_in, std::chrono::hours(1));
    out.interval = seconds_at(body, "interval", out.interval, slowest);
    return out;
}

DeviceStep after_poll(const TokenAnswer& answer, std::chrono::seconds interval) {
    DeviceStep out;
    out.interval = interval;
    switch (answer.kind) {
        case TokenAnswer::Kind::granted:
            out.kind = DeviceStep::Kind::granted;
            return out;
        case TokenAnswer::Kind::transient:
            out.interval = std::min(slowest, interval + slower);
            return out;
        case TokenAnswer::Kind::refused:
            break;
    }
    if (answer.error == "authorization_pending") return out;
    if (answer.error == "slow_down") {
        out.interval = interval + slower;
        return out;
    }
    if (answer.error == "access_denied")
        return ended("the sign-in was denied at the provider", "start it again and allow it there");
    if (answer.error == "expired_token") {
        out = ended({}, {});
        out.error = device_code_expired();
        return out;
    }
    return ended("the login service ended the sign-in: " + answer.why, "start it again");
}

Error device_code_expired() {
    return make_error(Errc::auth, "the code expired before it was entered", "start the sign-in again");
}

}  // namespace audienced::provider::oauth
