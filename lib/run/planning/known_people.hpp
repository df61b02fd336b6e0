// The persons that a plan meets, where its export has a key: so that an opt-out follows a person to a new
// address.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "run/planning/planning.hpp"

namespace audienced::run {

/// 24 bytes for each person that is known, and for each that is new. Planning thread.
class KnownPeople {
public:
    explicit KnownPeople(const PlanInput& in) : in_(in) {}
    /// Reads what is known; nothing where the export has no key.
    result<void> load();

    /// A row shows the person of this key as this member; `delivered`: the member was sent already. Is the
    /// member held back, since the person opted out under an earlier address? An empty key tells nothing.
    bool meet(std::string_view key, const MemberHash& member, bool delivered);

    /// What to remember of them, sorted; to be asked for once.
    PeopleMet met();

private:
    void see(const store::Person&);
    const store::Person* find(std::uint64_t key) const;

    const PlanInput& in_;
    std::vector<store::Person> known_;   // sorted by key
    std::vector<MemberHash> opted_out_;  // sorted
    std::deque<store::Person> seen_, moved_;
    std::size_t next_tidy_ = 0;  // size of seen_ at which doubles are taken out
    std::string buffer_;
};

}  // namespace audienced::run
