// What is asked of the Marketing API. Pure: one function per call, and the bodies they carry.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/batch.hpp"
#include "model/provider_time.hpp"
#include "provider/call.hpp"
#include "provider/mailchimp/wire/merge_columns.hpp"

namespace audienced::provider::mailchimp {

Call ask_account();
Call ask_audiences(std::size_t offset);
Call ask_audience(std::string_view audience);
Call ask_merge_fields(std::string_view audience);
Call make_merge_field(std::string_view audience, std::string_view tag, std::string_view label);
/// Tags are static segments.
Call ask_tags(std::string_view audience, std::size_t offset);
/// Segments of every type, saved ones too.
Call ask_segments(std::string_view audience, std::size_t offset);
Call make_tag(std::string_view audience, std::string_view name);
/// Unsubscribed, cleaned and non-subscribed contacts too.
Call ask_tag_members(std::string_view audience, std::string_view tag_id, std::size_t offset);
/// Members of one status in a stable order, changed after `since` if given.
Call ask_members(std::string_view audience, std::string_view status, std::optional<model::ProviderTime> since,
                 std::size_t offset);
/// Address, status and tags of one contact: of this address, or with this id, which outlives its address.
Call ask_member(std::string_view audience, std::string_view address);
Call ask_contact(std::string_view audience, std::string_view contact_id);
/// The same with its values; `contact` is its id, or empty for the contact of this address.
Call ask_whole_member(std::string_view audience, std::string_view contact, std::string_view address);
/// What a tag is called now.
Call ask_tag(std::string_view audience, std::string_view tag_id);
/// Takes a tag off one contact, whatever its status; tag automations are not started.
Call untag_member(std::string_view audience, std::string_view address, std::string_view tag_name);

/// Creates or updates members without ever changing the status of one who is there: `status_if_new` and no
/// `status`.
Call upsert_members(std::string_view audience, std::string body);
/// `rows` are positions in batch.members.
std::string upsert_body(const model::Batch& batch, std::span<const std::size_t> rows,
                        const FieldTypes& types);

Call change_tag(std::string_view audience, std::string_view tag_id, std::span<const std::string_view> add,
                std::span<const std::string_view> remove);

/// first_name -> FNAME, last_name -> LNAME, address.City -> ADDRESS.city, anything else upper-cased.
std::string merge_tag(std::string_view mapped);
/// 1 to 10 of A-Z, 0-9 and _.
bool is_merge_tag(std::string_view);

}  // namespace audienced::provider::mailchimp
