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
    /// Oldest first: `group` is one bit. A hold that came or went without the membership is told the same
    /// way.
    void did(const MemberHash&, std::uint64_t group, bool joined);
    void merge();
    /// Another run of the export did something to this membership later, or to its hold on it, which stands.
    void changed_since(const MemberHash&, std::uint64_t group);
    /// This undo reversed it already, before a crash lost its plan.
    void reversed(const MemberHash&, std::uint64_t group, bool joined);
    /// It may have: the call had no outcome. What is remembered tells, and the member counts when it is
    /// settled.
    void may_be_reversed(const MemberHash&, std::uint64_t group);
    /// By member.
    const std::vector<MemberChange>& members() const noexcept { return members_; }

    bool has(const MemberHash&) const;

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

/// May a membership that an earlier run took be put back, or held again where another export keeps it? Not
/// where the export holds it, where it was given by others since, even if they took it away again, or where
/// the contact may have left by itself.
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

/// What is told of an undo as a whole.
struct UndoFound {
    std::int64_t undone = 0;  // the run
    std::string export_name;
    std::vector<std::string> gone;  // titles of tags that the run changed, and that the provider has no more
    std::uint64_t left = 0;         // members that the run took out of those
    bool nothing_else = false;      // it changed nothing where the export feeds members now
    bool any = false;               // it changed something at all
};
/// Empty: the counts say it all.
std::string note_of_undo(const UndoFound&);

/// Why a member is not put back, for people and as a code; `why` none: others decided about the membership
/// since, or the member is no contact any more.
std::string not_put_back(std::optional<model::OptOutReason> why, bool is_contact = true);
std::string not_put_back_code(std::optional<model::OptOutReason> why, bool is_contact = true);

}  // namespace audienced::plan
