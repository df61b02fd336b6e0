// What travels between the plan, the provider and the ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace audienced::model {

/// A place at the destination that holds members of one segment: a Mailchimp tag, a Constant Contact list or
/// tag.
struct Group {
    std::string id;  // the provider's; empty while it is not made yet
    std::string title;
};

/// One member as she is sent. Addresses are normalised.
struct Member {
    std::string address;
    /// One per mapped field, in the mapping's order. nullopt: not sent. "": sent as empty (--clear-empty).
    std::vector<std::optional<std::string>> values;
    std::string provider_id;  // contact id where the provider gave one earlier, else empty
    bool known = false;       // the ledger says that we delivered her before
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
    /// Sent before, and nobody knows what became of it: "is in there already" then says nothing about who put
    /// her there.
    bool resent = false;
};

/// What became of one member of a batch. One per member, then one per leaver, always.
struct Outcome {
    enum class Kind {
        delivered,   // as asked, or already so
        suppressed,  // the provider says that she must not be touched
        rejected,
        unknown,  // nobody knows; send it again
    };
    Kind kind = Kind::unknown;
    enum class Class { none, fix_data, retry_later, never } reject_class = Class::none;
    std::string code;    // "unsubscribed", "cleaned", "looks_fake", "merge_field" ...; our own short words
    std::string detail;  // the provider's words without any address in them; may be empty
    std::string provider_id;  // to remember, if given
    bool created = false;     // the provider had not known her
    bool was_member = false;  // membership: she was in there before we came
    /// An answer shows her mailed although she must not be: the connection stops itself.
    bool alarm = false;
};

const char* to_string(Outcome::Class) noexcept;

}  // namespace audienced::model
