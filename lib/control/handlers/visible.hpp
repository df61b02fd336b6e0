// Which exports, segments and runs a caller sees: a contributor those of the connections that allow the user.
#pragma once

#include <map>
#include <set>
#include <string>

#include "control/authorise.hpp"
#include "model/export.hpp"
#include "model/run.hpp"
#include "store/database.hpp"

namespace audienced::control {

struct Visible {
    bool all = false;
    std::map<std::string, SysTime>
        exports;                     // with when each was added: runs before that are another export's
    std::set<std::string> segments;  // that these exports feed, or that no export feeds

    bool has_export(const std::string& name) const { return all || exports.contains(name); }
    bool has_segment(const std::string& name) const { return all || segments.contains(name); }
    bool has_run(const model::Run&) const;
};
/// On the store's thread, as everything here.
result<Visible> visible_to(store::Database&, const Caller&);

/// A contributor does not read the runs of a removed export that had the name before this one.
bool sees_run_of(const Caller&, const model::Export&, const model::Run&) noexcept;

/// Errors: not_found; of a contributor not_permitted for both what is not there and what is not the user's.
result<model::Run> visible_run(store::Database&, const Caller&, model::RunId);
result<void> check_sees_export(store::Database&, const Caller&, const std::string& name);
result<void> check_sees_segment(store::Database&, const Caller&, const std::string& name);
/// Newest first, at most `limit`; of one export, or of all that the caller sees. Errors: as visible_run.
result<std::vector<model::Run>> visible_runs(store::Database&, const Caller&,
                                             const std::optional<std::string>& of, std::size_t limit);

}  // namespace audienced::control
