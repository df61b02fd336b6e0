// What the model looks like on the wire. Instants are UTC, ISO 8601; nothing here has a secret or an address.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "control/daemon_seam.hpp"
#include "model/planned_part.hpp"
#include "model/run.hpp"
#include "store/audit.hpp"
#include "store/rejects.hpp"

namespace audienced::control {

nlohmann::json json_of(const std::optional<SysTime>&);  // null where there is none
nlohmann::json json_of(const std::optional<std::uint64_t>&);
nlohmann::json json_of(const model::Source&);
nlohmann::json json_of(const model::Segment&);
nlohmann::json json_of(const model::Connection&);
nlohmann::json json_of(const model::Export&);
nlohmann::json json_of(const model::Counts&);
nlohmann::json json_of(const model::Run&);
nlohmann::json json_of(const model::PlannedPart&);
/// Its address masked, and the titles of what it leaves.
nlohmann::json json_of(const model::PlannedLeaver&, std::string_view address,
                       const std::vector<model::PlannedPart>& parts);
/// Not in full: without what only administrators may read.
nlohmann::json json_of(const run::Progress&, bool in_full);
nlohmann::json json_of(const run::RunEvent&, bool in_full);
nlohmann::json json_of(const inspect::Check&);
nlohmann::json json_of(const plan::RowFaults&);        // null where there are none
nlohmann::json json_of(const provider::Destination&);  // with its fields
nlohmann::json json_of(const std::vector<inspect::LeftOut>&);
nlohmann::json json_of(const inspect::Preview&);     // addresses masked
nlohmann::json json_of(const inspect::OneContact&);  // addresses masked
/// What a caller may see of an explanation. Addresses are masked for every caller.
struct ExplanationSight {
    const std::set<std::string>* exports = nullptr;  // those that may be named; null: all
    const std::set<model::RunId>* runs = nullptr;    // the same of runs
    bool sources = true;  // false: why a source cannot be read is not told, since that may name files
    std::function<std::string(std::string)> words;  // what the caller reads of a text; empty: all of it
};
/// The numbers of all runs that it tells of.
std::set<model::RunId> runs_of(const inspect::Explanation&);
/// Without what belongs to exports that may not be named; its headline is made anew.
void hide_others(inspect::Explanation&, const ExplanationSight&);
nlohmann::json json_of(const inspect::Explanation&, const ExplanationSight&);
/// `with_sources`: why a source cannot be read is told, which may name files.
nlohmann::json json_of(const inspect::Verification&, const std::string& export_name, bool with_sources);
nlohmann::json json_of(const inspect::SegmentSample&);  // what looks like an address is masked
nlohmann::json json_of(const provider::Limiter::View&);
/// `by_line`: its row is the line of a file.
nlohmann::json json_of(const store::Reject&, bool by_line = false);
nlohmann::json json_of(const store::RejectKind&);
/// What stands for the rejects of a kind that have no row: as many as `count`.
nlohmann::json rest_of(const store::RejectKind&, model::RunId run);
nlohmann::json json_of(const store::AuditRow&);

/// One line, invalid UTF-8 replaced.
std::string print(const nlohmann::json&);

/// "anna@example.com" -> "a***@example.com"; text without an @ is returned as it is.
std::string mask_addresses(std::string_view text);

}  // namespace audienced::control
