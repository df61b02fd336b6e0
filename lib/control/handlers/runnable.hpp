// May this export run now, and may this caller start it?
#pragma once

#include "control/router.hpp"

namespace audienced::control {

/// What takes back may run while the export is disabled.
enum class EvenDisabled : bool { no, yes };
/// Errors: not_found, not_permitted, wrong_state (disabled, detached, no consent, not signed in, stopped).
result<void> check_runnable(store::Database&, const Caller&, const std::string& export_name,
                            EvenDisabled even_disabled = EvenDisabled::no);
/// Errors: not_found, not_permitted: may the caller run, approve or cancel what belongs to this export?
result<void> check_may_run(store::Database&, const Caller&, const std::string& export_name);

/// An export whose live account the caller may ask. Errors: not_found, not_permitted, wrong_state (detached,
/// no consent, not signed in).
result<model::Export> checkable(store::Database&, const Caller&, const std::string& export_name);

}  // namespace audienced::control
