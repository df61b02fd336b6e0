// The options that `export add` and `export edit` share.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "kind_options.hpp"

namespace CLI {
class App;
}

namespace audienced::ctl {

struct ExportOptions {
    std::string connection, destination, email, key, mode, schedule, timezone, title;
    std::vector<std::string> segments, map;
    bool hold = false, no_hold = false, clear_empty = false, no_clear_empty = false, create_fields = false,
         no_map = false, no_key = false;
    std::shared_ptr<Typed> of_provider = std::make_shared<Typed>();  // what the providers' tables name
    std::optional<std::uint64_t> max_profiles, min_profiles, max_removal_percent;
};

/// `adding`: connection, destination, segments and e-mail attribute are required, and nothing can be switched
/// off.
void declare(CLI::App* verb, ExportOptions& options, bool adding);
/// Only what was typed. Errors: usage (a --map that is not ATTRIBUTE=FIELD).
result<nlohmann::json> body_of(const ExportOptions&);

}  // namespace audienced::ctl
