// What the Marketing API answers, read tolerantly: any order of keys, unknown ones skipped, missing ones left
// empty. Pure. Errors are bad_answer: not JSON, cut short, or of a shape that cannot be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "provider/tag_groups.hpp"
#include "provider/types.hpp"

namespace audienced::provider::mailchimp {

/// problem+json. All parts may be empty.
struct Problem {
    std::string type, title, detail;
    struct Part {
        std::string field, message;
    };
    std::vector<Part> errors;
    /// Does its detail, or one of its errors, contain this?
    bool says(std::string_view fragment) const;
    /// Title, detail and parts in one line, without addresses.
    std::string words() const;
};
/// Nothing if the body is no JSON object.
std::optional<Problem> read_problem(std::string_view body);

struct ReplyMember {
    std::string address;  // trimmed and lower-cased
    std::string status;   // "subscribed" ...; empty if not given
    std::string contact_id;
    /// Of listings only, and only if the answer shows all of them: it shows at most 50.
    std::optional<std::vector<model::GroupId>> tags;
};

struct RowError {
    std::vector<std::string> addresses;  // trimmed and lower-cased; may be none
    std::string text, field, field_message;
};

struct UpsertReply {
    std::vector<ReplyMember> created, updated;
    std::vector<RowError> errors;
};
result<UpsertReply> read_upsert(std::string body);

struct TagChangeReply {
    std::vector<ReplyMember> added, removed;
    std::vector<RowError> errors;
};
result<TagChangeReply> read_tag_change(std::string body);

struct MembersPage {
    std::vector<ReplyMember> members;
    std::optional<std::uint64_t> total;
};
result<MembersPage> read_members(std::string body);

struct TagsPage {
    std::vector<Tag> tags;
    std::uint64_t total = 0;
};
result<TagsPage> read_tags(std::string_view body);
/// The answer to making one.
result<Tag> read_tag(std::string_view body);

struct OneMember {
    std::string address;  // trimmed and lower-cased
    std::string status, contact_id;
    std::vector<Tag> tags;
    bool all_tags = false;  // are these all that the contact has?
};
result<OneMember> read_member(std::string_view body);
/// The values of the fields, in their order; see ContactNow. Errors: bad_answer.
result<std::vector<std::optional<std::string>>> read_values(std::string_view body,
                                                            const std::vector<Field>& fields);
/// A member object shows 50 tags at most, and how many there are.
bool shows_all_tags(std::size_t shown, std::optional<std::uint64_t> count) noexcept;

result<Account> read_account(std::string_view body);
/// True for a role that is not known, too: the calls will tell.
bool may_change_audiences(std::string_view role) noexcept;
struct AudiencesPage {
    std::vector<Destination> audiences;  // without fields
    std::uint64_t total = 0;
};
result<AudiencesPage> read_audiences(std::string_view body);
/// Without fields.
result<Destination> read_audience(std::string_view body);
result<std::vector<Field>> read_merge_fields(std::string_view body);

/// The state that a member's status word means; nothing for a word that is not known.
std::optional<ContactStatus::State> state_of(std::string_view status);

}  // namespace audienced::provider::mailchimp
