// Everything that is known of one address and one export, as the answer to "why is this person there, or not
// there?".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "inspect/preview.hpp"
#include "model/batch.hpp"
#include "model/membership.hpp"
#include "provider/types.hpp"
#include "store/acts.hpp"
#include "store/deferred.hpp"
#include "store/delivered.hpp"
#include "store/opt_outs.hpp"
#include "store/rejects.hpp"

namespace audienced::inspect {

/// Whose address a row, an opt-out or a membership is under.
enum class Under {
    asked,    // the address that was asked for
    present,  // the address that the contact has at the provider now
    former,   // the address under which the contact was delivered: it has the one that was asked for now
    earlier,  // an earlier address of the same person, known by the key of the export
};
const char* to_string(Under) noexcept;

/// A row of a segment that has one of these addresses.
struct FoundRow {
    std::uint64_t number = 0;  // as in source::RowSink
    Under under = Under::asked;
    bool readable = true;                             // false: only its address could be read
    std::vector<std::optional<std::string>> columns;  // those that the mapping asks for
};

/// An address that is near the one that was asked for.
struct NearMiss {
    std::string segment;
    std::uint64_t number = 0;
    bool by_line = false;
    std::string address;  // in clear: what shows it masks it; empty: the row has no valid address
    std::string how;      // "the same with +tag", "the row has a blank inside the address"
};

struct SegmentLook {
    std::string name, title;
    bool by_line = false;     // numbers of its rows are lines of a file
    std::uint64_t rows = 0;   // that were read
    std::uint64_t found = 0;  // of them with an address of the contact
    std::vector<FoundRow> first;
    bool complete = false;  // it was read to its end
    std::string problem;    // why not
};

/// One membership as it is remembered.
struct HeldIn {
    std::string group;
    bool is_list = false, of_this_export = false;
    model::Membership state = model::Membership::none;
    std::vector<std::string> holders;  // names of exports
    Under under = Under::asked;
};

struct KnownOptOut {
    store::OptOut opt_out;
    Under under = Under::asked;
};

/// What another export of the destination remembers.
struct OtherExport {
    std::string name, connection;
    std::optional<store::DeliveredRow> delivered;
};

/// A batch that was, or may have been, sent with the member and whose outcome is not known.
struct OpenCall {
    std::int64_t run = 0;  // 0, here and in other places: it is not told
    bool is_job = false;
};

/// What is remembered of the member.
struct Remembered {
    bool bound = false;  // the export ran, so there is a memory of its destination
    std::optional<store::DeliveredRow> delivered;
    std::optional<SysTime>
        delivered_at;  // when its last run ended or began; none: that run is not kept any more
    bool has_contact = false;
    model::ContactId contact_id;
    std::string present_address;  // of a contact that moved; in clear
    bool moved_away = false;      // the contact of the asked address has another one now
    bool moved_here = false;      // a contact that was delivered under another address has this one now
    std::vector<KnownOptOut> opt_outs;
    std::vector<HeldIn> memberships;
    std::vector<store::DeferredReject> deferred;
    std::vector<store::Reject> rejects;    // of the newest runs
    std::vector<store::ActOnMember> acts;  // newest first
    std::vector<std::string> act_groups;   // parallel: title of the group, empty for upserts
    std::vector<std::string> act_exports;  // parallel: the export, empty if it was removed
    bool acts_complete = true;             // false: older acts were not looked through
    std::vector<OpenCall> open;
    std::vector<OtherExport> others;
    std::uint64_t delivered_members = 0;  // of the export
};

/// The contact at the provider at this moment.
struct AtProvider {
    std::string not_asked;  // why; empty: it was asked
    bool found = false;
    provider::ContactStatus status;
    std::string words;                // the provider's own word for the state
    std::vector<std::string> groups;  // titles of the groups of the destination that it is in, as far as told
    bool moved = false;  // found by its id, under another address than the one that was asked for
    /// Groups that the export wants it in and the provider, as far as told, does not show it in.
    std::vector<std::string> lacks;
    bool off_list = false;  // one of them is the list
};

/// What the next run would do with the member.
struct NextStep {
    enum class Kind {
        unknown,  // could not be worked out
        nothing,  // in no segment, and nothing is held
        add,
        update,
        keep,        // as it should be
        suppressed,  // must not be touched
        deferred,    // refused, and not sent again yet
        invalid,     // the row cannot be read
        remove,      // leaves the groups that this export gave
        leave_owed,  // the same, and it cannot be done now
        stay,        // in no segment any more, and the export removes nothing (upsert mode) or gave nothing
    } kind = Kind::unknown;
    std::string why_unknown;
    std::vector<std::pair<std::string, std::string>> values;  // wire name, value as it would be sent
    std::vector<LeftOut> left_out;
    std::optional<bool> values_as_sent;  // are they what was sent last? none: nothing was, or it is not known
    std::vector<std::string> joins, leaves;  // titles of groups
    struct Wanted {
        std::string title;
        bool is_list = false;
    };
    std::vector<Wanted> wanted;  // groups that its segments feed
    bool held_back = false;      // the person opted out under an earlier address
    bool would_hold = false;     // the run would be held, since this contact may have left the list
    bool puts_off = false;       // removals are put off, since rows cannot be read
};

/// "leave_owed"
const char* to_string(NextStep::Kind) noexcept;

struct Explanation {
    std::string address;  // normalised, in clear: what shows it masks it
    std::string invalid;  // why it is no address; all that follows is empty then
    MemberHash member;
    std::string destination_name;  // empty: the provider was not asked
    std::vector<SegmentLook> segments;
    std::vector<NearMiss> near;  // only where no row has the address
    Remembered memory;
    AtProvider now;
    NextStep next;
    std::string no_run;              // why no run of the export would begin; empty: one can
    bool quotes_connection = false;  // no_run, next.why_unknown and now.not_asked say why it cannot be used
};

}  // namespace audienced::inspect
