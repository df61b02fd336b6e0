// What travels between the plan, the provider and the ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/ids.hpp"
#include "model/opt_out_reason.hpp"
#include "model/reject_class.hpp"

namespace audienced::model {

/// What holds members of one segment at the destination: a Mailchimp tag, a Constant Contact list or tag.
struct Group {
    GroupId id;
    std::string title;
};

/// One member as sent. Addresses are normalised.
struct Member {
    std::string address;
    /// One per mapped field, in the mapping's order. nullopt: not sent. "": sent as empty (--clear-empty).
    std::vector<std::optional<std::string>> values;
    ContactId contact_id;  // where the provider gave one earlier
    bool known = false;    // the ledger says that the member was delivered before
};

enum class BatchKind {
    upsert,  // create or update the contact with its values (and, where the provider says so, into its list)
    membership,  // put `members` into `group` and take `leavers` out of it; contacts stay
};

/// The unit of delivery, of durability and of retry.
struct Batch {
    BatchKind kind = BatchKind::upsert;
    std::string destination;
    std::vector<std::string> fields;  // provider field names, parallel to Member::values
    Group group;                      // membership only
    std::vector<Member> members;
    std::vector<Member> leavers;  // membership only
    /// Sent before with an unknown outcome: "is in there already" then says nothing about who put the member
    /// there.
    bool resent = false;
};

/// A value that the provider refused while it took the member.
struct RefusedValue {
    std::string field;   // one of Batch::fields
    std::string code;    // our own short word
    std::string detail;  // the provider's words without any address in them
};

/// What became of one member of a batch. One per member, then one per leaver, always.
struct Outcome {
    enum class Kind {
        delivered,   // as asked, or already so
        suppressed,  // the provider says that the member must not be touched; opt_out says why
        rejected,
        unknown,  // send it again
    };
    Kind kind = Kind::unknown;
    std::optional<OptOutReason> opt_out;  // of suppressed
    RejectClass reject_class = RejectClass::none;
    std::string code;    // of rejected and unknown: "looks_fake", "merge_field" ...; our own short words
    std::string detail;  // the provider's words without any address in them; may be empty
    std::string field;   // of rejected: the provider's name of the field that it names; may be empty
    std::vector<RefusedValue> refused_values;  // of delivered: left out
    ContactId contact_id;                      // to remember, if given
    bool created = false;                      // the provider had not known the contact
    bool was_member = false;                   // membership: was in the group before this batch
    /// An answer shows a contact mailable that must not be: the connection stops itself.
    bool alarm = false;
};

}  // namespace audienced::model
