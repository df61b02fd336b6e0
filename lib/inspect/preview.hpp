// The plan of an export and some of its rows, as a run would make it now. Sends nothing, stores nothing.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aio/awaitable.hpp"
#include "model/export.hpp"
#include "model/planned_part.hpp"
#include "model/run.hpp"
#include "plan/guards.hpp"
#include "provider/types.hpp"

namespace audienced::run {
struct Environment;
}

namespace audienced::inspect {

/// A value that would not be sent.
struct LeftOut {
    std::string field, code, why;  // wire name; as in the run's rejects
};

/// The contact of a row as it is now.
struct OldValues {
    /// None: the provider has no such contact.
    std::optional<provider::ContactNow> contact;
};

struct PreviewRow {
    std::string change;                                       // "add", "update", "remove"
    std::string address;                                      // in clear: what shows it masks it
    std::vector<std::pair<std::string, std::string>> values;  // wire name, value as sent
    std::vector<LeftOut> left_out;
    std::vector<std::string> groups;  // titles
    /// What the contact has now, of the same fields as `values`; none: not known.
    std::optional<OldValues> old;
};

struct Preview {
    model::Counts counts;          // as a run would find them now; `removed` stands apart
    std::uint64_t ledger = 0;      // members that are known to be delivered
    plan::GuardVerdict verdict;    // what the guards would do with the run
    std::vector<PreviewRow> rows;  // at most `limit`
    std::vector<model::PlannedPart> parts;
    std::vector<model::PlannedLeaver> leavers;  // the first ones
    std::vector<std::string> leaver_addresses;  // parallel; in clear; empty where none is known
};

/// Errors: timeout after a minute of reading; not_ready, not_found, auth, network ...
awaitable<result<Preview>> preview_export(run::Environment& env, model::Export definition, std::size_t limit);

}  // namespace audienced::inspect
