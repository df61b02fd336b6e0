// Mailchimp's metadata: which data center a token belongs to. Pure.
#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace audienced::provider::oauth {

/// The API's address, https. A bad token is answered with 200 and no address. Errors: auth, bad_answer,
/// network.
result<std::string> read_api_endpoint(const http::Response&);

/// The connection's API base after a sign-in: what the provider named, unless somebody chose an address of
/// another domain (--api-base). An address learned earlier may be of another data center by now.
std::string api_base_after(const std::string& present, const std::string& named);

}  // namespace audienced::provider::oauth
