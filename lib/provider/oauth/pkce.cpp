#include "provider/oauth/pkce.hpp"

#include <array>

#include "base/digest.hpp"

namespace audienced::provider::oauth {

std::string random_token(Random& random) {
    std::array<std::uint8_t, 32> bytes{};
    random.fill(bytes);
    return base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string challenge_of(std::string_view verifier) {
    return base64url(sha256(verifier));
}

Pkce make_pkce(Random& random) {
    Pkce out;
    out.verifier = Secret(random_token(random));
    out.challenge = challenge_of(out.verifier.reveal());
    return out;
}

}  // namespace audienced::provider::oauth
