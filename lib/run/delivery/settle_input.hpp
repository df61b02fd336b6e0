// What settling needs to know, from a run under way or from an intent that outlived its run.
#pragma once

#include "run/delivery/deliver.hpp"
#include "run/delivery/settle.hpp"
#include "store/intents.hpp"

namespace audienced::run {

/// `intent`: of the batch; 0: it needed no call.
SettleInput settle_input(const Delivery& delivery, const store::BatchRow& row, std::int64_t intent);
/// Errors: store_*.
result<SettleInput> settle_input(store::Database&, const store::Intent& intent, SysTime now);

}  // namespace audienced::run
