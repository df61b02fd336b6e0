// Every number of the v3 API that this program relies on, with where it was read. "reference" is
// https://v3.developer.constantcontact.com/api_reference/index.html (AppConnect V3, 3.0.178), "limits" is
// https://developer.constantcontact.com/api_guide/rate_limits.html, "import" is
// https://developer.constantcontact.com/api_guide/import_contacts.html, all read in 2026-08.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace audienced::provider::constant_contact {

// limits: per application key, for all accounts connected through it
constexpr unsigned calls_per_second = 4;
constexpr std::uint64_t calls_per_day = 10'000;
// ours: there is no such limit, but more than a second's worth of calls under way gains nothing
constexpr unsigned calls_at_once = 4;
// import: 40,000 lines of CSV with its header
constexpr std::size_t max_rows_per_import = 39'999;
// import: under 4 MB; the rest is dropped silently, so a margin is kept
constexpr std::size_t max_import_bytes = 3'900'000;
// reference: contact_ids of the membership and tagging activities
constexpr std::size_t max_ids_per_activity = 500;
// ours: a look between two imports must not run while another import is under way: what it puts on the list
// later, the look cannot tell from what others put there
constexpr unsigned batches_at_once = 1;
// reference: limit of contacts, lists, tags and activities
constexpr std::size_t page_size = 500;
// reference: limit of custom fields
constexpr std::size_t fields_page_size = 100;
// reference: custom fields of one imported contact
constexpr std::size_t max_custom_fields = 25;
// reference: name of a tag; label of a custom field
constexpr std::size_t max_tag_bytes = 255;
constexpr std::size_t max_label_characters = 50;
// reference: email_address.address; the import's own page says 50, which a row error would tell
constexpr std::size_t max_address_bytes = 80;
// the gateway in front gives up after about half a minute; an import of 4 MB has to travel too
constexpr std::chrono::seconds call_timeout{60};
constexpr std::chrono::seconds import_timeout{180};
// a page of 500 contacts with 50 list ids each
constexpr std::size_t max_reply_bytes = 16u << 20;
// reading what changed since begins so much earlier: the clocks of their servers may differ
constexpr std::chrono::minutes pull_overlap{5};
// ours: so many contacts are looked up one by one, for more the list is walked
constexpr std::size_t max_lookups = 20;
// ours: walks of the whole list in one run, to name rows that a job counts and does not name
constexpr unsigned max_list_walks = 2;
// reference: 1,000 unfinished activities an account; so long the queue may take to drain
constexpr std::chrono::seconds queue_wait{30};
constexpr unsigned max_queue_waits = 40;

}  // namespace audienced::provider::constant_contact
