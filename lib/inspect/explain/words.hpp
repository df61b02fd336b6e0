// The answer of an explanation in sentences. Pure.
#pragma once

#include <string>

#include "inspect/explain/facts.hpp"
#include "model/export.hpp"
#include "model/opt_out_reason.hpp"

namespace audienced::inspect {

/// "it unsubscribed", "the contact is archived at the provider"
std::string words_of(model::OptOutReason);
/// "the contact subscribes again at the provider": the only thing that ends the reason.
std::string lifted_by(model::OptOutReason);
/// "it was put into it by audienced", of a membership as it is remembered.
std::string words_of(model::Membership, bool is_list);

/// Whether the member is there, why, and what the next run would do. `no_run`: why no run of the export would
/// begin; empty: it can. Instants are written as 2026-12-01T10:00:00Z.
std::string headline(const Explanation&, const model::Export& definition, const std::string& no_run);

}  // namespace audienced::inspect
