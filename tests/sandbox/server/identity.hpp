// Who the sandbox is in TLS: a certificate authority of its own and a server certificate under it.
#pragma once

#include <string>

#include "base/error.hpp"

namespace audienced::sandbox {

struct Identity {
    std::string ca_pem, certificate_pem, key_pem;
};

struct IdentityWish {
    std::string host = "localhost";  // the certificate's name; localhost stands for 127.0.0.1 and ::1 as well
    bool expired = false;
};

/// Takes the authority from `dir` (ca.pem, ca-key.pem) when it is there, so that a restart keeps it, else
/// makes it and writes both. The server certificate is new each time.
result<Identity> make_identity(const std::string& dir, const IdentityWish&);

}  // namespace audienced::sandbox
