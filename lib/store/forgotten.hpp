// An address that was forgotten: every trace of it goes, and what is left is a keyed hash that keeps it from
// being sent again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// One person, as far as it is known: hashes alone.
struct Forgotten {
    SysTime at;
    /// First that of the address; then those under which its contacts were delivered before their address was
    /// changed to it.
    std::vector<MemberHash> members;
    std::vector<std::uint64_t>
        keys;  // of a source with --key (store/people.hpp) that had one of these addresses
};
result<Forgotten> person_of(Database&, const MemberHash&, SysTime now);
/// Members that are forgotten, sorted.
result<std::vector<MemberHash>> forgotten_members(Database&);

/// Rows that were removed or changed.
struct Erased {
    std::uint64_t contacts = 0, delivered = 0, memberships = 0, opt_outs = 0, rejects = 0, acts = 0,
                  intents = 0;
    std::uint64_t all() const {
        return contacts + delivered + memberships + opt_outs + rejects + acts + intents;
    }
};
/// Within the caller's transaction: suppresses the person everywhere and for good, and erases what is known
/// of each member, but for the history and the intents: the forget is unfinished until they are erased too.
/// What a contact that has another address now is known for stays with that address.
result<void> forget(Database&, const Forgotten&, Erased&);

result<bool> is_forgotten(Database&, const MemberHash&);

/// Keys of forgotten persons are held back at a destination that is made.
result<void> suppress_keys_at(Database&, std::int64_t destination);

/// What grows with the runs: rejects and acts.
struct HistoryPlace {
    std::int64_t act = 0, reject = 0;
};
/// At most so many acts and rejects further, in one transaction; `members` are sorted. true: that was the
/// end.
result<bool> erase_from_history(Database&, const std::vector<MemberHash>& members, HistoryPlace&,
                                std::size_t most, Erased&);

/// Where a contact of the member is or may be at the provider: what audienced cannot erase.
struct ContactPlace {
    std::string provider, connection,
        destination;   // the connection is empty where no export feeds it any more
    std::string name;  // of the destination, as the provider calls it; empty: not known
    std::vector<std::string> exports;
};
result<std::vector<ContactPlace>> contact_places(Database&, const Forgotten&);

}  // namespace audienced::store
