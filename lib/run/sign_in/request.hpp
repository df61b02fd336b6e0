// What is asked of a sign-in, and what its first step answers.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"

namespace audienced::run {

/// Who asked for it, for the audit.
struct SignInBy {
    std::int64_t uid = -1;
    std::string user;
};

struct SignInRequest {
    std::string connection;
    bool device = false;
    std::string listen;  // ADDR:PORT; empty: 127.0.0.1:8765
    SignInBy by;
};

/// A sign-in that goes on in the daemon: either a browser is sent to `url` and comes back to `redirect_uri`,
/// or a person types `user_code` at `verification_uri`.
struct SignInStarted {
    std::string id;
    std::string url;  // for a browser; empty with a device code
    std::string redirect_uri;
    std::string user_code, verification_uri, verification_uri_complete;
    SysTime expires_at;
};

}  // namespace audienced::run
