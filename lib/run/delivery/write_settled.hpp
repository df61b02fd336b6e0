// The end of a batch: its outcomes are settled, and an alarm among them stops the connection.
#pragma once

#include <vector>

#include "run/delivery/deliver.hpp"
#include "run/delivery/settle.hpp"

namespace audienced::run {

/// One transaction. An answer that shows a contact mailable that must not be stops the connection in the same
/// one: neither is ever stored without the other. Errors: store_*; refused after such an answer, with what to
/// do.
awaitable<result<void>> write_settled(const Delivery& delivery, SettleInput in, std::vector<Settled> settled);

}  // namespace audienced::run
