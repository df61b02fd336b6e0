// What is asked of the v3 API. Pure: one function per call.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/provider_time.hpp"
#include "provider/call.hpp"
#include "provider/constant_contact/wire/import_body.hpp"

namespace audienced::provider::constant_contact {

Call ask_account();
/// A call that needs no more than the rest of this program does: does the token work?
Call ask_one_list();
/// The first page; the others are linked.
Call ask_lists();
/// `counted`: which contacts its membership_count counts, "active" or "all".
Call ask_list(std::string_view list, std::string_view counted);
Call ask_custom_fields();
Call make_custom_field(std::string_view label);
Call ask_tags();
Call make_tag(std::string_view name);
/// The next page of anything: a path that the API itself gave.
Call ask_next(std::string path);

/// Which contacts. Empty parts are left out; no status at all means every contact that is not deleted.
struct ContactsQuery {
    std::string status;  // comma-separated words
    std::string list, tag, address;
    std::optional<model::ProviderTime> updated_after, optout_after;
    bool lists = false;  // say which lists each is on
    bool count = false;  // say how many there are
};
Call ask_contacts(const ContactsQuery& query);
/// One contact by its id, and its lists.
Call ask_contact(std::string_view contact_id);

/// The same with its tags and custom fields.
Call ask_whole_contact(std::string_view contact_id);

/// Creates or updates contacts and puts them on the list; never changes whether a contact may be mailed.
Call import_contacts(ImportBody body);
Call ask_activity(std::string_view id);
Call ask_activities();

/// At most 500 contacts.
Call change_list(std::string_view list, std::span<const std::string> contact_ids, bool add);
Call change_tag(std::string_view tag, std::span<const std::string> contact_ids, bool add);

}  // namespace audienced::provider::constant_contact
