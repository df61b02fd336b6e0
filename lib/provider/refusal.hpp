// An answer that is not a success, in words that may be logged.
#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace audienced::provider {

/// Providers quote the address that they refuse; what is logged or stored must not. At most 500 bytes.
std::string without_addresses(std::string_view words);

/// 404 not_found, 413 too_large, other 4xx refused, else bad_answer (may be sent again). `what` is what was
/// being done, `words` the provider's own, already without addresses; may be empty.
Error refusal(std::string_view provider, const http::Response&, const std::string& what,
              const std::string& words);

}  // namespace audienced::provider
