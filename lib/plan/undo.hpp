// The reverse of what a run did to memberships: which members to take out again, and which to put back. Pure;
// 48 bytes for each member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "model/counted_as.hpp"
#include "model/membership.hpp"
#include "model/opt_out_reason.hpp"

namespace audienced::plan {

/// What a run did to one member, all of its calls together. Masks are of the export's bits.
struct MemberChange {
    MemberHash member;
    std::uint64_t joined = 0, left = 0;
    std::uint64_t unsure = 0;  // what became of a call of this undo itself, before a crash, was not known
    bool put_back = false, taken_out = false;  // by this undo itself, before a crash
};

/// Members that a run changed. All calls of did(), then merge(), then the others.
class RunChanges {
public:
    /// Oldest first: `group` is one bit.
    void did(const MemberHash&, std::uint64_t group, bool joined);
    void merge();
    /// Another run did something to this membership later, which stands.
    void changed_since(const MemberHash&, std::uint64_t group);
    /// This undo reversed it already, before a crash lost its plan.
    void reversed(const MemberHash&, std::uint64_t group, bool joined);
    /// It may have: the call had no outcome. What is remembered tells, and the member counts when it is
    /// settled.
    void may_be_reversed(const MemberHash&, std::uint64_t group);
    /// By member.
    const std::vector<MemberChange>& members() const noexcept { return members_; }

private:
    MemberChange* find(const MemberHash&);
    struct Raw {
        MemberHash member;
        std::uint8_t bit = 0;
        bool joined = false;
    };
    std::vector<Raw> raw_;
    std::vector<MemberChange> members_;
};

/// What is known of the member now.
struct MemberNow {
    std::vector<model::Standing> standings;  // by bit of the export
    bool is_contact = false;                 // and its address is known
    std::optional<model::OptOutReason> opt_out;
};

/// May a membership that an earlier run took be put back? Not where it is there, was given by others since,
/// or where the contact may have left by itself.
bool may_restore(model::Standing, model::ExportSlots) noexcept;
/// Is the membership as the run left it that gave it?
bool may_take_back(model::Standing, model::ExportSlots) noexcept;

struct Reversal {
    std::uint64_t join = 0, leave = 0;
    /// How the member counts. unchanged: nothing is left to reverse. removed stands apart from what was read.
    enum class Count { unchanged, suppressed, added, updated, removed } count = Count::unchanged;
    bool left = false;  // the export holds no membership of it afterwards
    bool done = false;  // the count is of a call before a crash
};
Reversal reverse(const MemberChange&, const MemberNow&, model::ExportSlots);

/// Why a member is not put back, for people and as a code; `why` none: others decided about the membership
/// since, or the member is no contact any more.
std::string not_put_back(std::optional<model::OptOutReason> why, bool is_contact = true);
std::string not_put_back_code(std::optional<model::OptOutReason> why, bool is_contact = true);

}  // namespace audienced::plan
