#include "provider/oauth/requests.hpp"

#include "base/digest.hpp"

namespace audienced::provider::oauth {
namespace {

/// name=value&..., every value percent-encoded (a blank as %20: not every service takes scopes joined by
/// %2B).
class Form {
public:
    Form& add(std::string_view name, std::string_view value) {
        if (value.empty()) return *this;
        if (!text_.empty()) text_ += '&';
        text_ += std::string(name) + "=" + http::percent_encode(value);
        return *this;
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

http::Request post(const Application& app, std::string_view path, Form form, bool with_secret) {
    http::Request r;
    r.method = http::Method::post;
    r.url = http::join(app.login_base, path);
    r.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    r.headers.emplace_back("Accept", "application/json");
    r.ca_file = app.ca_file;
    r.max_response_bytes = 256 * 1024;
    r.repeatable = false;
    const std::string secret(with_secret ? app.client_secret.reveal() : std::string_view());
    if (!secret.empty() && !app.rules.secret_in_body)
        r.headers.emplace_back("Authorization", "Basic " + base64(app.client_id + ":" + secret));
    else
        form.add("client_id", app.client_id).add("client_secret", secret);
    r.body = form.take();
    return r;
}

}  // namespace

std::string authorize_url(const Application& app, std::string_view redirect_uri, std::string_view state,
                          std::string_view challenge) {
    Form query;
    query.add("response_type", "code").add("client_id", app.client_id).add("redirect_uri", redirect_uri);
    query.add("scope", app.rules.scope).add("state", state);
    if (!challenge.empty()) query.add("code_challenge", challenge).add("code_challenge_method", "S256");
    const http::Url url = http::join(app.login_base, app.rules.authorize_path);
    return url.origin() + url.target + "?" + query.take();
}

std::string redirect_uri(const OAuthRules& rules, unsigned port) {
    return "http://" + std::string(rules.redirect_host) + ":" + std::to_string(port) + "/callback";
}

http::Request redeem_request(const Application& app, const Secret& code, std::string_view redirect_uri,
                             const Secret& verifier) {
    Form form;
    form.add("grant_type", "authorization_code").add("code", code.reveal()).add("redirect_uri", redirect_uri);
    form.add("code_verifier", verifier.reveal());
    return post(app, app.rules.token_path, std::move(form), true);
}

http::Request refresh_request(const Application& app, const Secret& refresh_token) {
    Form form;
    form.add("grant_type", "refresh_token").add("refresh_token", refresh_token.reveal());
    return post(app, app.rules.token_path, std::move(form), true);
}

http::Request device_request(const Application& app, std::string_view state) {
    Form form;
    form.add("response_type", "code").add("scope", app.rules.scope).add("state", state);
    return post(app, app.rules.device_path, std::move(form), false);
}

http::Request device_poll_request(const Application& app, const Secret& device_code) {
    Form form;
    form.add("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    form.add("device_code", device_code.reveal());
    return post(app, app.rules.token_path, std::move(form), false);
}

}  // namespace audienced::provider::oauth
