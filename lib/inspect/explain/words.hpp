// The answer of an explanation in sentences. Pure.
#pragma once

#include <string>

#include "inspect/explain/facts.hpp"
#include "model/export.hpp"
#include "model/opt_out_reason.hpp"
#include "model/run.hpp"

namespace audienced::inspect {

/// "it unsubscribed", "the contact is archived at the provider"
std::string words_of(model::OptOutReason);
/// "the contact subscribes again at the provider": the only thing that ends the reason.
std::string lifted_by(model::OptOutReason);
/// "it was put into it by audienced", of a membership as it is remembered.
std::string words_of(model::Membership, bool is_list);

/// Whether the member is there, why, and what the next run would do. `held`: the run of the export that waits
/// for approval; 0: none. Instants are written as 2026-12-01T10:00:00Z.
std::string headline(const Explanation&, const model::Export& definition, model::RunId held);

}  // namespace audienced::inspect
