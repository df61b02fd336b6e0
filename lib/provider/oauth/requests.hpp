// What is asked of a login service (RFC 6749, 7636, 8628). Pure.
#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"
#include "provider/oauth/application.hpp"

namespace audienced::provider::oauth {

/// Where the browser goes. `challenge` empty: no PKCE.
std::string authorize_url(const Application&, std::string_view redirect_uri, std::string_view state,
                          std::string_view challenge);
/// What the provider sends the browser back to; it must be registered there, letter by letter.
std::string redirect_uri(const OAuthRules&, unsigned port);

/// A code may be redeemed once. `verifier` empty: no PKCE.
http::Request redeem_request(const Application&, const Secret& code, std::string_view redirect_uri,
                             const Secret& verifier);
/// Never repeated by the HTTP client: a rotating refresh token works once.
http::Request refresh_request(const Application&, const Secret& refresh_token);
http::Request device_request(const Application&, std::string_view state);
http::Request device_poll_request(const Application&, const Secret& device_code);

}  // namespace audienced::provider::oauth
