// A record of a batch and what became of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/batch.hpp"
#include "spool/record.hpp"

namespace audienced::run {

struct Settled {
    spool::Record record;
    model::Outcome outcome;
    bool called = true;  // false: the memory decided it, and the batch's call says nothing of it
};

/// In place of a record whose member was forgotten while its batch was under way: the others keep their
/// places.
Settled blank_of(const Settled&);
bool is_blank(const Settled&);

/// Records of a batch as an intent keeps them: what was asked of the call, in its order, then what was
/// decided without one. Without values; addresses only where the outcome comes later, since a job speaks of
/// lines.
std::string print_intent(const std::vector<Settled>& records, bool with_addresses);
/// Errors: store_corrupt.
result<std::vector<Settled>> parse_intent(std::string_view bytes);

}  // namespace audienced::run
