// What a token endpoint says (RFC 6749 5.1 and 5.2), read tolerantly: edges answer in HTML, some services
// with an object of their own. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "http/message.hpp"
#include "model/connection.hpp"

namespace audienced::provider::oauth {

struct TokenAnswer {
    enum class Kind {
        granted,
        refused,    // `error` says why; asking again changes nothing (but see oauth/device.hpp)
        transient,  // not now: slow down, an edge's page, a server's trouble; ask again
    } kind = Kind::transient;
    Secret access_token;
    Secret refresh_token;                            // empty: none came, the old one stays
    std::optional<std::chrono::seconds> expires_in;  // none: it does not expire
    std::string error;            // of refused: "invalid_grant", or empty; letters, digits, "_.-" only
    std::string why;              // of refused and transient: for people, without anything of the body
    bool may_have_acted = false;  // of transient: the grant may have been used up
};

TokenAnswer read_token_answer(const http::Response&);

/// The credentials after this grant; the refresh token stays where the answer has none.
model::Credentials after_grant(model::Credentials before, const TokenAnswer& granted, SysTime now);

}  // namespace audienced::provider::oauth
