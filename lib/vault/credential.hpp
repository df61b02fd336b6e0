// What the service manager gives the service to keep secret: systemd's LoadCredential= and its like.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::vault {

/// May a definition name it? One file name of letters, digits, '.', '_', '-' and '@', at most 255 bytes, that
/// does not begin with '.'; and not the master key.
bool is_credential_name(std::string_view name);

/// $CREDENTIALS_DIRECTORY/NAME, at most 64 KiB, as it stands. Blocks. Errors: usage (no such name; the
/// service has no credentials; too large), not_found, all with what to do.
result<std::string> read_credential(const std::string& name);

}  // namespace audienced::vault
