// Every doubtful behaviour of the providers as a switch. The defaults are the documented or most probable
// ones, with latencies at zero so that tests do not wait.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace audienced::sandbox {

struct Knobs {
    double window_seconds = 0;  // what people did so long before a call arrived may be unknown to it

    // Mailchimp
    std::string mc_bulk_status_if_new =
        "honoured";  // honoured | row_error | applied (also to known contacts)
    std::string mc_archived_on_status_if_new = "kept";  // kept | revived
    bool mc_silent_keep = false;          // API-unsubscribed + status subscribed: unchanged, no error
    double mc_segment_delay_seconds = 0;  // new contacts are invisible to segments for so long
    int mc_listing_drops = 0;             // so many members are left out of each page, and counted
    double mc_stale_stats_seconds = 0;    // list and segment counters lag
    int mc_total_added_zero_every = 0;    // every Nth segment call says total_added:0 though it was applied
    std::string mc_tag_name_clash = "refuse";             // refuse (400) | duplicate (200)
    std::string mc_segment_add_unsubscribed = "ignored";  // ignored | added
    bool mc_fake_addresses = false;                       // refuse example.com and its like
    // Domains, separated by blanks. Set: a call that holds an address of one of them, or one that ends with a
    // dot or has a comma, is answered with 500.
    std::string mc_blocked_domains;
    std::string mc_value_errors = "row";    // row (of a 200) | whole_call (400)
    int mc_signup_guard = 0;                // after N sign-ups of one address: refused for now (0 = off)
    int mc_member_limit = 0;                // contacts per account (0 = none)
    int mc_connection_limit = 10;           // simultaneous calls per user (0 = none)
    bool mc_connection_limit_bare = false;  // extreme mode: 429 without a body
    bool mc_shuffle_replies = true;         // members of a bulk reply in another order than sent
    bool mc_bulk_tags = true;               // tags inside a bulk row are honoured
    int mc_merge_field_limit = 30;
    double mc_batch_step_seconds = 0.2;  // each state of a batch lasts so long
    int mc_batch_pending_limit = 500;
    double mc_batch_url_seconds = 600;                              // life of a result URL
    double mc_latency_min_ms = 0, mc_latency_max_ms = 0;            // any call
    double mc_bulk_latency_min_ms = 0, mc_bulk_latency_max_ms = 0;  // POST /lists/{id}, per 500 members
    double mc_timeout_seconds = 120;  // the server gives up; the write may have been applied

    // Constant Contact
    double cc_latency_min_ms = 0, cc_latency_max_ms = 0;
    int cc_per_second = 4;                // sliding window per client id (0 = none)
    int cc_per_day = 10000;               // per client id and UTC day (0 = none)
    double cc_activity_seconds = 0.05;    // an activity lasts so long ...
    double cc_activity_ms_per_1000 = 5;   // ... and so much more per 1000 rows
    bool cc_activities_parallel = false;  // jobs run at once instead of one after another
    int cc_queue_limit = 1000;            // unfinished activities per account
    double cc_activity_keep_days = 10;
    std::string cc_next_activity = "completed";  // completed | failed | timed_out | cancelled | vanished
    int cc_next_activity_count = -1;  // for so many activities, then completed again; -1 = until set
    std::string cc_unknown_custom_field = "ignore";  // ignore | row_error
    std::string cc_long_values = "row_error";        // row_error | truncate
    int cc_email_max = 50;
    double cc_payload_bytes = 4000000;
    int cc_row_limit = 40000;
    bool cc_empty_clears = false;               // "" in an import clears the value
    std::string cc_temp_hold_rows = "updated";  // updated | refused
    int cc_listing_drops = 0;                   // so many contacts are left out of each page
    double cc_membership_lag_seconds = 0;       // membership_count lags an import

    // Signing in
    double login_token_seconds = 86400;
    std::string login_refresh_tokens = "rotating";  // rotating | long_lived
    double login_grace_seconds = 0;                 // a replayed rotating token still works for so long
    int login_token_per_second = 1;                 // (0 = none)
    double login_idle_days = 180;
    std::string login_authorize = "allow";  // allow | deny | wrong_state | replayed_code | no_code
    std::string login_device = "pending";   // pending | allow | deny
    double login_device_expires = 600;
    double login_device_interval = 5;
    bool login_user_agent_needed = false;  // 403 in HTML without a User-Agent

    // Customer Insights
    int ci_page_limit = 0;                 // most rows in one answer (0 = what $top asks for)
    int ci_per_minute = 0;                 // calls in 60 s (0 = none)
    std::string ci_jobs_at = "workflows";  // workflows | manage (the other prefix) | nowhere
};

/// Sets what `wanted` names; gives the name of the first knob that does not exist or has another type or
/// value, else empty.
std::string set_knobs(Knobs&, const nlohmann::json& wanted);
nlohmann::json print_knobs(const Knobs&);

}  // namespace audienced::sandbox
