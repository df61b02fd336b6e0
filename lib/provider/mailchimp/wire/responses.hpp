// What the Marketing API answers, read tolerantly: any order of keys, unknown ones skipped, missing ones left
// empty. Pure. Errors are bad_answer: not JSON, cut short, or of a shape that cannot be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
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
    std::uint64_t total = 0;
};
result<MembersPage> read_members(std::string body);

struct Tag {
    std::string id, name;
};
struct TagsPage {
    std::vector<Tag> tags;
    std::uint64_t total = 0;
};
result<TagsPage> read_tags(std::string_view body);
/// The answer to making one.
result<Tag> read_tag(std::string_view body);

struct OneMember {
    std::string status;
    std::vector<Tag> tags;
};
result<OneMember> read_member(std::string_view body);

result<Account> read_account(std::string_view body);
/// Without fields.
result<Destination> read_audience(std::string_view body);
result<std::vector<Field>> read_merge_fields(std::string_view body);

/// The state that a member's status word means; nothing for a word that is not known.
std::optional<ContactStatus::State> state_of(std::string_view status);

}  // namespace audienced::provider::mailchimp
