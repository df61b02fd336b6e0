#include "provider/oauth/token_answer.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace audienced::provider::oauth {
using nlohmann::json;
namespace {

// What goes into an Authorization header must not be able to end it (RFC 6750 2.1), and is no book.
bool is_token(const std::string& text) {
    return !text.empty() && text.size() <= 16 * 1024 &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

std::string text_at(const json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::string word_at(const json& object, const char* key) {
    std::string word = text_at(object, key).substr(0, 64);
    std::erase_if(word,
                  [](unsigned char c) { return !(std::isalnum(c) || c == '_' || c == '.' || c == '-'); });
    return word;
}

std::optional<std::chrono::seconds> lifetime(const json& object) {
    const auto it = object.find("expires_in");
    if (it == object.end()) return std::nullopt;
    double seconds = 0;
    if (it->is_number()) {
        seconds = it->get<double>();
    } else if (it->is_string()) {
        const auto& text = it->get_ref<const std::string&>();
        std::int64_t whole = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), whole).ec == std::errc())
            seconds = static_cast<double>(whole);
    }
    if (!(seconds > 0)) return std::nullopt;  // 0 is said of tokens that do not expire
    constexpr double year = 366.0 * 86400;
    return std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, year)));
}

TokenAnswer transient(std::string why, bool may_have_acted) {
    TokenAnswer out;
    out.why = std::move(why);
    out.may_have_acted = may_have_acted;
    return out;
}

}  // namespace

TokenAnswer read_token_answer(const http::Response& r) {
    const std::string answered = "the login service answered " + std::to_string(r.status);
    const json body = json::parse(r.body, nullptr, false);
    const bool object = body.is_object();
    std::string error = object ? word_at(body, "error") : std::string();
    if (object && error.empty()) error = word_at(body, "errorCode");
    if (r.status == 429) return transient(answered + " (slow down)", false);
    if (r.status == 408 || r.status >= 500 || error == "server_error" || error == "temporarily_unavailable")
        return transient(answered, true);
    if (!error.empty()) {
        TokenAnswer out;
        out.kind = TokenAnswer::Kind::refused;
        out.error = error;
        out.why = answered + ": " + error;
        return out;
    }
    // An edge in front of the login service, which has not seen the request: no word about the grant.
    if (r.status == 403 && !object)
        return transient(answered + " without JSON, so it came from its edge", false);
    if (!r.ok()) {
        TokenAnswer out;
        out.kind = TokenAnswer::Kind::refused;
        out.why = answered + " and gave no reason";
        return out;
    }
    TokenAnswer out;
    out.access_token = Secret(object ? text_at(body, "access_token") : std::string());
    if (!is_token(std::string(out.access_token.reveal())))
        return transient(answered + " without a usable token", true);
    if (auto refresh = text_at(body, "refresh_token"); is_token(refresh))
        out.refresh_token = Secret(std::move(refresh));
    out.expires_in = lifetime(body);
    out.kind = TokenAnswer::Kind::granted;
    return out;
}

model::Credentials after_grant(model::Credentials before, const TokenAnswer& granted, SysTime now) {
    before.access_token = granted.access_token;
    if (!granted.refresh_token.empty()) before.refresh_token = granted.refresh_token;
    before.access_expires_at.reset();
    if (granted.expires_in) before.access_expires_at = now + *granted.expires_in;
    before.refreshed_at = now;
    return before;
}

}  // namespace audienced::provider::oauth
