// The secrets that a file of definitions names: read here, or by the daemon from its credentials.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "definition_file.hpp"

namespace audienced::ctl {

/// Puts each into `objects`: the text of a file or of standard input, or {"credential": NAME}.
/// `input_is_file`: the definitions themselves came by standard input. Only one can. A file that other users
/// can read is named on standard error.
std::vector<FileMistake> read_secrets(const DefinitionLines& lines, bool input_is_file,
                                      nlohmann::json& objects);

}  // namespace audienced::ctl
