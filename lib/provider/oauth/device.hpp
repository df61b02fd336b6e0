// Signing in with a code typed elsewhere (RFC 8628): what the service offers, and when to ask again. Pure.
#pragma once

#include <string>

#include "provider/oauth/token_answer.hpp"

namespace audienced::provider::oauth {

struct DeviceOffer {
    Secret device_code;
    std::string user_code;                  // what a person types
    std::string verification_uri;           // where; https
    std::string verification_uri_complete;  // the same with the code in it; may be empty
    std::chrono::seconds expires_in{600};
    std::chrono::seconds interval{5};  // between two polls
};
/// Errors: refused (with the service's word), bad_answer, network (safe to retry).
result<DeviceOffer> read_device_offer(const http::Response&);

struct DeviceStep {
    enum class Kind { wait, granted, ended } kind = Kind::wait;
    std::chrono::seconds interval{};  // of wait: from now on between two polls
    Error error;                      // of ended: auth, with what to do
};
/// slow_down lengthens the interval for good; silence and server trouble do too.
DeviceStep after_poll(const TokenAnswer&, std::chrono::seconds interval);
Error device_code_expired();

}  // namespace audienced::provider::oauth
