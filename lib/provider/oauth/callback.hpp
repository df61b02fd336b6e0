// The browser returns with a code, or with the provider's refusal. Pure.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace audienced::provider::oauth {

/// Is this request target the redirect's, whatever its query?
bool is_callback(std::string_view target);

/// Does this callback carry the state that our browser was sent with? Any page can send a browser here, so
/// what does not is none of the sign-in's business.
bool is_ours(std::string_view target, std::string_view expected_state);

/// The code of "/callback?code=...&state=...". Errors: auth (another state; denied; the provider's other
/// words), bad_answer (no code, a parameter twice, broken escapes).
result<Secret> read_callback(std::string_view target, std::string_view expected_state);

}  // namespace audienced::provider::oauth
