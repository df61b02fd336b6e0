// What needs a person: the beginning of the status screen. Pure.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace audienced::ctl {

class Sheet;

/// What `audiencectl check` finds of each export, by name.
using FindingsByExport = std::map<std::string, const nlohmann::json*>;
FindingsByExport export_findings(const nlohmann::json& status);
/// The exports of the status, those that need a person first.
std::vector<nlohmann::json> in_order_of_need(const nlohmann::json& exports, const FindingsByExport&);

/// The daemon, the exports (`exports` in their order), the connections.
void add_trouble(Sheet& sheet, const nlohmann::json& status, const std::vector<nlohmann::json>& exports,
                 const FindingsByExport&);

/// "disk full" of disk_full
std::string words_of_state(const nlohmann::json& finding);

}  // namespace audienced::ctl
