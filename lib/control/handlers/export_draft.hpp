// An export that is being added or changed: read from a request, checked against what is stored.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "control/fields.hpp"
#include "control/handlers/export_options.hpp"
#include "control/router.hpp"

namespace audienced::control {

/// Does it run by a calendar of its own?
bool has_calendar(const model::Export&);
/// Whatever is in the request replaces what is in `definition` (its defaults, or what is stored).
void read_export(Fields& fields, model::Export& definition);
/// A calendar without a time zone gets that of the refresh schedule, or of this machine, and the text says
/// which; empty: it needed none. On the store's thread.
result<std::string> choose_timezone(store::Database&, const Live&, model::Export& definition);
/// Looks at the definition alone: title, mapping, guards, calendar and zone (which may read the zone
/// database). Errors: usage.
result<void> check_definition(const model::Export&);
/// Connection and segments as stored; `given` are options of the connection's provider. Errors: not_found,
/// not_permitted, wrong_state (consent, state: where the account is asked, or detached), usage.
result<void> check_references(store::Database&, const Caller&, const model::Export&,
                              const GivenOptions& given = {}, bool asks_account = true);

/// When an export runs by itself.
struct NextRun {
    std::optional<SysTime> at;  // none: manual, disabled, detached, or there is no refresh schedule
    std::string calendar;       // its own, or that of the refresh schedule; empty: neither
    std::string zone;           // of that calendar; of a manual export that of the refresh schedule, if any
};
result<NextRun> next_run(store::Database&, const model::Export&, SysTime now);
/// A schedule counts from now on: starts before now are not made up for.
result<void> begin_schedule(store::Database&, const model::Export&, SysTime now);
/// The export with `next_run`, `calendar` and `zone`.
nlohmann::json with_next_run(const model::Export&, const NextRun& next);

/// What follows an undo: `export, enabled, hold, at, calendar, zone` of the export's next run, which plans
/// from its segments again.
result<nlohmann::json> export_next_run(store::Database&, const model::Export&, SysTime now);

/// Reads an export that the caller may change or run. Errors: not_found; of a contributor not_permitted for
/// both what is not there and what is not the user's.
result<model::Export> usable_export(store::Database&, const Caller&, const std::string& name);

}  // namespace audienced::control
