// How a call carries its credential.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace audienced::provider {

/// "Authorization: Bearer SECRET" unless a provider says otherwise.
struct AuthScheme {
    std::string_view header = "Authorization";
    std::string_view scheme = "Bearer";  // empty: the secret alone

    /// The header's value. Whether it may be sent as one is checked by the HTTP client.
    Secret value(const Secret& secret) const {
        if (scheme.empty()) return secret;
        return Secret(std::string(scheme) + " " + std::string(secret.reveal()));
    }
};

}  // namespace audienced::provider
