// The login service's metadata: which data center a token belongs to. Pure.
#pragma once

#include <string>

#include "base/secret.hpp"
#include "http/message.hpp"

namespace audienced::provider::mailchimp {

/// Requests the account that the token belongs to, and the address of its API.
http::Request metadata_request(const http::Url& login_base, const Secret& access_token);

/// The API's address, https. A bad token is answered with 200 and no address. Errors: auth, bad_answer,
/// network.
result<std::string> read_api_endpoint(const http::Response&);

/// The connection's API base after a sign-in: what the provider named, unless a user chose an address of
/// another domain (--api-base). An address learned earlier may be of another data center by now.
std::string api_base_after(const std::string& present, const std::string& named);

/// Both in one: the connection's API base after this answer. Errors: as read_api_endpoint.
result<std::string> read_api_base(const http::Response& answer, const std::string& present);

}  // namespace audienced::provider::mailchimp
