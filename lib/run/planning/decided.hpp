// What decides over members beside what was delivered to them: opt-outs, rejects that wait, contacts that
// moved.
#pragma once

#include <vector>

#include "plan/diff.hpp"
#include "run/planning/planning.hpp"
#include "store/contacts.hpp"
#include "store/deferred.hpp"
#include "store/delivered.hpp"

namespace audienced::run {

/// All sorted by member.
struct Decided {
    std::vector<plan::DeferredReject> deferred;  // members
    std::vector<store::DeferredMark> refused;    // values
    std::vector<MemberHash> suppressed, suppressed_present, archived;
    std::vector<MemberHash> existing, may_have_left, forgotten;
    bool had_members = false;  // the list: contacts beside it may have left it
    std::vector<store::Moved> moved;
    store::UnreadableMemory unreadable;
};

/// Blocks. Errors: store_*.
result<Decided> load_decided(const PlanInput& in);
/// Takes what it needs out of `decided`: what stays there is what a row reader is made of. Knows no ledger
/// entry yet.
plan::Diff make_diff(const PlanInput& in, Decided& decided);

}  // namespace audienced::run
