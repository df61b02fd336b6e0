// Proof that the program which redeems a code is the one that requested it (RFC 7636, method S256), and
// random tokens.
#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/secret.hpp"

namespace audienced::provider::oauth {

struct Pkce {
    Secret verifier;        // 43 characters; goes with the code to the token endpoint
    std::string challenge;  // goes with the browser
};
Pkce make_pkce(Random& random);
std::string challenge_of(std::string_view verifier);

/// 256 bits as 43 characters of base64url: a `state`, the id of a sign-in.
std::string random_token(Random& random);

}  // namespace audienced::provider::oauth
