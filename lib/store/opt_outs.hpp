// Reasons not to touch a contact: a set for each member of a destination.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "model/ids.hpp"
#include "model/opt_out_reason.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// What showed the reason: a listing, the answer to a call, or a command here.
enum class Evidence { pull, response, command };

struct OptOut {
    model::DestinationId destination;  // DestinationId(): every destination, because the address was erased
    MemberHash member;
    model::OptOutReason reason = model::OptOutReason::unspecified;
    Evidence evidence = Evidence::pull;
    std::int64_t run = 0;      // that found it; 0: none
    SysTime since;             // when it was found first
    std::int64_t seen_in = 0;  // number of the full pull in which it was reported last
};
/// Of a reason that is there only `seen_in` changes.
result<void> put_opt_out(Database&, const OptOut&);
result<void> lift_opt_out(Database&, model::DestinationId, const MemberHash&, model::OptOutReason);
/// Of the destination and of all; `forgotten` first.
result<std::vector<OptOut>> opt_outs_of(Database&, model::DestinationId, const MemberHash&);
/// Members with any reason, of the destination and of all, sorted; at most `most`.
result<std::vector<MemberHash>> opted_out_members(Database&, model::DestinationId,
                                                  std::int64_t most = INT64_MAX);
/// Members with this reason, of the destination; sorted.
result<std::vector<MemberHash>> members_with(Database&, model::DestinationId, model::OptOutReason);
/// After a full pull with this number: lifts what it did not report again, of the reasons that such a pull
/// shows. That it is silent about a deleted contact or one that left the list says nothing.
result<void> lift_unseen(Database&, model::DestinationId, std::int64_t full_pull);

}  // namespace audienced::store
