// What the v3 API answers, read tolerantly: any order of keys, unknown ones skipped, missing ones left empty.
// Pure. Errors are bad_answer: not JSON, cut short, or of a shape that cannot be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "provider/tag_groups.hpp"
#include "provider/types.hpp"

namespace audienced::provider::constant_contact {

/// A refusal, in any of its shapes: an object, an array of objects (the first counts), or {"message"}.
struct Problem {
    std::string key;  // "throttled", "contacts.api.not_found"; empty if not given
    std::string message;
    /// Both in one line, without addresses.
    std::string words() const;
};
/// Nothing if the body is no JSON object or array.
std::optional<Problem> read_problem(std::string_view body);

struct Contact {
    std::string id;
    std::string address;     // trimmed and lower-cased; empty for contacts with a phone number only
    std::string permission;  // "implicit" ...
    bool deleted = false;
    std::vector<std::string> lists;  // only if they were asked for
};
struct ContactsPage {
    std::vector<Contact> contacts;
    std::string next;                    // "/v3/contacts?cursor=..."; empty on the last page
    std::optional<std::uint64_t> count;  // of all pages, if it was asked for
};
/// Errors too: a next page that lies anywhere else than under /v3/contacts, where no token may be sent.
result<ContactsPage> read_contacts(std::string body);
ContactStatus::State state_of(const Contact&);
/// One contact, asked for by its id.
result<Contact> read_contact(std::string_view body);

/// The same with its tags, and the values of these fields; see ContactNow. `list` is the destination.
result<ContactNow> read_whole_contact(std::string_view body, std::string_view list,
                                      const std::vector<Field>& fields);

/// A job.
struct Activity {
    std::string id, state;
    std::vector<std::string> errors;                // "Line 3: Invalid birthday", addresses and all
    std::optional<std::uint64_t> total, completed;  // items_total_count, items_completed_count
    std::uint64_t failed = 0;                       // error_count and correctable_count
    std::uint64_t refused = 0;                      // cannot_add_to_list_count
    std::optional<model::ProviderTime> created_at, completed_at;
    /// What its counters show it to be; jobs that have not begun count nothing.
    enum class Kind { not_told, import, other } kind = Kind::not_told;
};
result<Activity> read_activity(std::string_view body);
struct ActivitiesPage {
    std::vector<Activity> activities;
    std::string next;
};
result<ActivitiesPage> read_activities(std::string_view body);

struct TagsPage {
    std::vector<Tag> tags;
    std::string next;
};
result<TagsPage> read_tags(std::string_view body);
/// The answer to making one.
result<Tag> read_tag(std::string_view body);

struct FieldsPage {
    std::vector<Field> fields;  // named "cf:<name>"
    std::string next;
};
result<FieldsPage> read_custom_fields(std::string_view body);
/// The answer to making one.
result<Field> read_custom_field(std::string_view body);

result<Account> read_account(std::string_view body);
struct ListAnswer {
    Destination destination;  // without fields
    std::optional<std::uint64_t> members;
    std::optional<model::ProviderTime> created_at;
};
result<ListAnswer> read_list(std::string_view body);
struct ListsPage {
    std::vector<Destination> lists;  // without fields
    std::string next;
};
result<ListsPage> read_lists(std::string_view body);

}  // namespace audienced::provider::constant_contact
