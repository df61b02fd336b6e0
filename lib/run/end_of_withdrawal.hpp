// The end of a run that takes back what its export gave.
#pragma once

#include "run/record.hpp"
#include "store/database.hpp"

namespace audienced::run {

/// Within the transaction that ends the run: the export goes with a run that took back everything, and stays
/// otherwise, disabled; the reason says how to go on. Nothing for other runs. Errors: store_*.
result<void> end_withdrawal(store::Database&, const vault::Vault&, model::Run&, SysTime now);

}  // namespace audienced::run
