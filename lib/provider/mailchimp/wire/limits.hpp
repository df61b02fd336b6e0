// Every number of the Marketing API that this program relies on, with where it was read. "reference" is
// https://mailchimp.com/developer/marketing/api/ (API 3.0.55), "fundamentals" is
// https://mailchimp.com/developer/marketing/docs/fundamentals/, both read in 2025-10; "observed" is what
// others measured; it is not documented.
#pragma once

#include <chrono>
#include <cstddef>

namespace audienced::provider::mailchimp {

// reference, lists/batch-subscribe-or-unsubscribe: "members ... up to 500"
constexpr std::size_t max_members_per_upsert = 500;
// reference, list-segments/batch-add-or-remove-members: 500 in each of the two arrays
constexpr std::size_t max_members_per_tag_change = 500;
// fundamentals, throttling: 10 connections at once per user; two are left to the account's other programs
constexpr unsigned calls_at_once = 8;
// fundamentals, throttling: the server gives up after 120 s; we wait a little longer, so that its answer is
// received first
constexpr std::chrono::seconds call_timeout{130};
// reference, count parameter: larger values are cut to this
constexpr std::size_t page_size = 1000;
// pages of a set that changes meanwhile shift; so many rows are read twice to notice it
constexpr std::size_t page_overlap = 50;
// observed: the name of a tag may have 100 characters; 50 was the documented limit of the older API
constexpr std::size_t max_tag_bytes = 50;
// observed (error messages of merge-fields/add): at most 10 characters of A-Z, 0-9 and _
constexpr std::size_t max_merge_tag_bytes = 10;
// observed: the name of a merge field
constexpr std::size_t max_merge_label_bytes = 50;
// observed: text merge values are cut at 255 bytes
constexpr std::size_t max_text_bytes = 255;
// observed: 500 members come back as up to 1.7 MB; fields= is not offered for this call
constexpr std::size_t max_reply_bytes = 16u << 20;
// last_changed has whole seconds and since_last_changed is strictly greater; clocks of several servers differ
constexpr std::chrono::minutes pull_overlap{3};
// observed: contacts just made may stay invisible to tags for some seconds
constexpr std::chrono::seconds visibility_waits[] = {std::chrono::seconds{2}, std::chrono::seconds{5},
                                                     std::chrono::seconds{10}};
// ours: single calls per batch that settle what a bulk answer left open
constexpr std::size_t max_rereads = 20;
constexpr std::size_t max_single_removals = 50;
constexpr std::size_t max_single_resends = 16;
// ours: attempts of a call about one member, whose trouble is not the others'
constexpr unsigned max_attempts_for_one = 3;
// ours: a row that failed so often by itself, while others were taken, is itself the cause
constexpr unsigned max_failures_alone = 5;
// ours: after so many failures without a success a read tells whether there is an outage
constexpr unsigned max_failures_in_a_row = 8;
// ours: so few rows are taken for the cause after all the patience, though nothing else was there to be taken
constexpr std::size_t max_rows_without_proof = 3;

}  // namespace audienced::provider::mailchimp
