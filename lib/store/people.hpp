// Which member a person is, by a key of the source that outlives a change of the address: so that an opt-out
// follows the person. Kept by destination, whatever becomes of the export.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "model/ids.hpp"
#include "store/database.hpp"

namespace audienced::store {

struct Person {
    std::uint64_t key = 0;  // vault::Vault::people() of the key
    MemberHash member;
    auto operator<=>(const Person&) const = default;
};
/// In ascending order of key, after `after`, at most `limit`; gives how many.
result<std::size_t> scan_people(Database&, model::DestinationId, std::optional<std::uint64_t> after,
                                std::size_t limit, const std::function<void(const Person&)>& each);

/// A plan saw the person under this address. Of a person that is known under another one this is kept as the
/// address that came.
result<void> put_person_seen(Database&, model::DestinationId, const Person&);
/// The address that came was delivered: from now on its opt-outs are those of the person.
result<void> put_person_moved(Database&, model::DestinationId, const Person&);

/// The member that the person of this key is; none: the key was never seen.
result<std::optional<MemberHash>> find_person(Database&, model::DestinationId, std::uint64_t key);
/// The earlier member of the person whose address came to be this one and was not delivered yet; none: no
/// plan saw that.
result<std::optional<MemberHash>> find_earlier(Database&, model::DestinationId, const MemberHash& came);

/// Members, sorted, with a reason that follows the person (model::follows_person), under their own address or
/// under the one that the contact has now.
result<std::vector<MemberHash>> opted_out_people(Database&, model::DestinationId);
/// Each address that came and was not delivered yet has opted_out_before as long as the earlier address has a
/// reason that follows the person. `run`: 0 for none.
result<void> follow_opt_outs(Database&, model::DestinationId, std::int64_t run, SysTime now);

}  // namespace audienced::store
