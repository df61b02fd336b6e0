// Definitions as the text of a file, in an order that stays: what `dump` prints. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace audienced::ctl {

/// `objects` as GET /v1/definitions gives them. Read again, it says the same.
std::string definition_text(const nlohmann::json& objects);

/// A TOML string: on several lines where the text has them and nothing stands in the way.
std::string toml_string(const std::string& text);

}  // namespace audienced::ctl
