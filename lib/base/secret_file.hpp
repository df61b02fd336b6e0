// A secret in a file that the configuration names, read by the daemon.
#pragma once

#include <string>

#include "base/secret_text.hpp"

namespace audienced {

/// The secret in it, see secret_text(). A file that every user can read, or a group can write, is refused, as
/// ssh refuses a key; its group may read it (root:audienced, 0640). Blocks. Errors: bad_config, with the
/// command that mends it.
result<std::string> read_secret_file(const std::string& path, SecretShape shape);

}  // namespace audienced
