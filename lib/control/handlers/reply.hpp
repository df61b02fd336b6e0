// Small steps that handlers share: replies of JSON, numbers of the query.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "control/request.hpp"
#include "model/run.hpp"

namespace audienced::control {

Reply json_reply(const nlohmann::json&, unsigned status = 200);
/// Errors: usage.
result<std::uint64_t> query_number(const Request&, const char* key, std::uint64_t otherwise,
                                   std::uint64_t least, std::uint64_t most);
/// The run of the path. Errors: usage (no number).
result<model::RunId> run_argument(const Request&);
/// https only, with a host, without user, query or fragment; a last / is taken away. Errors: usage.
result<std::string> checked_base(std::string_view option, std::string text);
/// What people read: valid UTF-8, one line, 1 to 200 bytes. Errors: usage.
result<void> check_title(std::string_view);

}  // namespace audienced::control
