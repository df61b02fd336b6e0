#include "world/knobs.hpp"

#include <variant>

#include "wire/json.hpp"

namespace audienced::sandbox {
namespace {

using Slot = std::variant<bool Knobs::*, int Knobs::*, double Knobs::*, std::string Knobs::*>;
struct Entry {
    const char* name;
    Slot slot;
};

#define KNOB(name) \
    { #name, &Knobs::name }
const Entry entries[] = {
    KNOB(window_seconds),
    KNOB(mc_bulk_status_if_new),
    KNOB(mc_archived_on_status_if_new),
    KNOB(mc_silent_keep),
    KNOB(mc_segment_delay_seconds),
    KNOB(mc_listing_drops),
    KNOB(mc_stale_stats_seconds),
    KNOB(mc_total_added_zero_every),
    KNOB(mc_tag_name_clash),
    KNOB(mc_segment_add_unsubscribed),
    KNOB(mc_fake_addresses),
    KNOB(mc_blocked_domains),
    KNOB(mc_value_errors),
    KNOB(mc_signup_guard),
    KNOB(mc_member_limit),
    KNOB(mc_connection_limit),
    KNOB(mc_connection_limit_bare),
    KNOB(mc_shuffle_replies),
    KNOB(mc_bulk_tags),
    KNOB(mc_merge_field_limit),
    KNOB(mc_batch_step_seconds),
    KNOB(mc_batch_pending_limit),
    KNOB(mc_batch_url_seconds),
    KNOB(mc_latency_min_ms),
    KNOB(mc_latency_max_ms),
    KNOB(mc_bulk_latency_min_ms),
    KNOB(mc_bulk_latency_max_ms),
    KNOB(mc_timeout_seconds),
    KNOB(cc_latency_min_ms),
    KNOB(cc_latency_max_ms),
    KNOB(cc_per_second),
    KNOB(cc_per_day),
    KNOB(cc_activity_seconds),
    KNOB(cc_activity_ms_per_1000),
    KNOB(cc_activities_parallel),
    KNOB(cc_queue_limit),
    KNOB(cc_activity_keep_days),
    KNOB(cc_next_activity),
    KNOB(cc_next_activity_count),
    KNOB(cc_unknown_custom_field),
    KNOB(cc_long_values),
    KNOB(cc_email_max),
    KNOB(cc_payload_bytes),
    KNOB(cc_row_limit),
    KNOB(cc_empty_clears),
    KNOB(cc_temp_hold_rows),
    KNOB(cc_listing_drops),
    KNOB(cc_membership_lag_seconds),
    KNOB(login_token_seconds),
    KNOB(login_refresh_tokens),
    KNOB(login_grace_seconds),
    KNOB(login_token_per_second),
    KNOB(login_idle_days),
    KNOB(login_authorize),
    KNOB(login_device),
    KNOB(login_device_expires),
    KNOB(login_device_interval),
    KNOB(login_user_agent_needed),
    KNOB(ci_page_limit),
    KNOB(ci_per_minute),
    KNOB(ci_jobs_at),
};
#undef KNOB

struct Words {
    std::string Knobs::*slot;
    std::string_view words;  // between blanks
};
constexpr Words allowed[] = {
    {&Knobs::mc_bulk_status_if_new, " honoured row_error applied "},
    {&Knobs::mc_archived_on_status_if_new, " kept revived "},
    {&Knobs::mc_tag_name_clash, " refuse duplicate "},
    {&Knobs::mc_value_errors, " row whole_call "},
    {&Knobs::mc_segment_add_unsubscribed, " ignored added "},
    {&Knobs::cc_next_activity, " completed failed timed_out cancelled vanished "},
    {&Knobs::cc_unknown_custom_field, " ignore row_error "},
    {&Knobs::cc_long_values, " row_error truncate "},
    {&Knobs::cc_temp_hold_rows, " updated refused "},
    {&Knobs::login_refresh_tokens, " rotating long_lived "},
    {&Knobs::login_authorize, " allow deny wrong_state replayed_code no_code "},
    {&Knobs::login_device, " pending allow deny "},
    {&Knobs::ci_jobs_at, " workflows manage nowhere "},
};

struct Set {
    Knobs& knobs;
    const json& value;
    bool operator()(bool Knobs::*slot) const {
        if (!value.is_boolean()) return false;
        knobs.*slot = value.get<bool>();
        return true;
    }
    bool operator()(int Knobs::*slot) const {
        if (!value.is_number_integer()) return false;
        knobs.*slot = value.get<int>();
        return true;
    }
    bool operator()(double Knobs::*slot) const {
        if (!value.is_number()) return false;
        knobs.*slot = value.get<double>();
        return true;
    }
    bool operator()(std::string Knobs::*slot) const {
        if (!value.is_string()) return false;
        const auto word = value.get<std::string>();
        for (const auto& entry : allowed)
            if (entry.slot == slot && entry.words.find(" " + word + " ") == std::string_view::npos)
                return false;
        knobs.*slot = word;
        return true;
    }
};

}  // namespace

std::string set_knobs(Knobs& knobs, const json& wanted) {
    if (!wanted.is_object()) return "(not an object)";
    Knobs next = knobs;
    for (const auto& [name, value] : wanted.items()) {
        bool done = false;
        for (const auto& entry : entries)
            if (name == entry.name) done = std::visit(Set{next, value}, entry.slot);
        if (!done) return name;
    }
    knobs = std::move(next);
    return {};
}

json print_knobs(const Knobs& knobs) {
    json out = json::object();
    for (const auto& entry : entries)
        std::visit([&](auto slot) { out[entry.name] = knobs.*slot; }, entry.slot);
    return out;
}

}  // namespace audienced::sandbox
