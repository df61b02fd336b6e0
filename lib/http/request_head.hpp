// Request line and headers as they go out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "http/message.hpp"

namespace audienced::http {

/// "host:port" where the port is not 443; IPv6 in brackets: what the Host header carries.
std::string authority(const Url& url);

/// Everything up to and with the empty line. Errors: usage if a header name or value could break the message,
/// or is one of those that are the client's own.
result<std::string> request_head(const Request& request, std::string_view user_agent);

/// The request that asks a proxy for a tunnel to url's host. credentials: "user:password", or empty.
std::string connect_head(const Url& url, const Secret& credentials);

}  // namespace audienced::http
