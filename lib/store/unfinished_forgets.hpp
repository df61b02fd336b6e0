// Forgets that have begun: what of them is left to do after a crash, or as long as another program reads.
#pragma once

#include <vector>

#include "base/digest.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// Within the transaction that suppresses the member.
result<void> note_unfinished(Database&, const MemberHash&);
/// Members of which the history, intents or plans may have traces, sorted.
result<std::vector<MemberHash>> unfinished_forgets(Database&);
/// What is left of these members is in the write-ahead log alone.
result<void> set_erased(Database&, const std::vector<MemberHash>&);
/// Does the log hold traces of members that are erased?
result<bool> must_empty_log(Database&);
/// Empties the log, and with that finishes the forgets of members that are erased. Does not wait. Errors:
/// store_busy (another program reads).
result<void> finish_by_emptying_log(Database&);

}  // namespace audienced::store
