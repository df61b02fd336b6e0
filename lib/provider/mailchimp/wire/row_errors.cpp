#include "provider/mailchimp/wire/row_errors.hpp"

#include "base/text.hpp"
#include "provider/mailchimp/wire/requests.hpp"
#include "provider/refusal.hpp"

namespace audienced::provider::mailchimp {
namespace {

using Class = model::RejectClass;
using Reason = model::OptOutReason;

struct Row {
    std::string_view fragment;
    model::Outcome::Kind kind;
    std::optional<Reason> opt_out;
    Class reject_class = Class::none;
    const char* code = "";
};

// The first fragment that the text contains decides, so the narrower ones stand first.
constexpr Row table[] = {
    {"permanently deleted", model::Outcome::Kind::suppressed, Reason::deleted_for_good},
    {"compliance state", model::Outcome::Kind::suppressed, Reason::compliance},
    {"compliance review", model::Outcome::Kind::suppressed, Reason::compliance},
    {"previously unsubscribed", model::Outcome::Kind::suppressed, Reason::unsubscribed},
    {"previously removed from this audience", model::Outcome::Kind::suppressed, Reason::removed_by_person},
    {"status is \"archived", model::Outcome::Kind::suppressed, Reason::archived},
    {"status is \"cleaned", model::Outcome::Kind::suppressed, Reason::cleaned},
    {"status is \"unsubscribed", model::Outcome::Kind::suppressed, Reason::unsubscribed},
    {"status is \"pending", model::Outcome::Kind::suppressed, Reason::pending},
    {"with a status of \"subscribed", model::Outcome::Kind::rejected, {}, Class::retry_later, "exists"},
    {"already in this list with a status of", model::Outcome::Kind::suppressed, Reason::not_mailable},
    {"signed up to a lot of lists",
     model::Outcome::Kind::rejected,
     {},
     Class::retry_later,
     "too_many_signups"},
    {"merge fields were invalid", model::Outcome::Kind::rejected, {}, Class::fix_data, "merge_field"},
    {"looks fake or invalid", model::Outcome::Kind::rejected, {}, Class::fix_data, "looks_fake"},
    {"valid email address", model::Outcome::Kind::rejected, {}, Class::fix_data, "bad_address"},
    {"invalid email address", model::Outcome::Kind::rejected, {}, Class::fix_data, "bad_address"},
    {"portion of the email address is invalid",
     model::Outcome::Kind::rejected,
     {},
     Class::fix_data,
     "bad_address"},
    {"must contain a single @", model::Outcome::Kind::rejected, {}, Class::fix_data, "bad_address"},
    {"could not be validated", model::Outcome::Kind::rejected, {}, Class::fix_data, "not_valid"},
    {"is already a list member", model::Outcome::Kind::rejected, {}, Class::retry_later, "exists"},
};

/// One sentence quotes the local part alone, which is still the address of a person.
std::string without_local_part(std::string text) {
    constexpr std::string_view before = "(the portion before the @:";
    const auto at = text.find(before);
    const auto end = text.rfind(')');
    if (at == std::string::npos || end == std::string::npos || end <= at) return text;
    return text.replace(at + before.size(), end - at - before.size(), " (masked)");
}

/// "LTV" for "LTV" and for "members.item:0.merge_fields.LTV"; empty for what is no merge field.
std::string_view merge_field_of(std::string_view field) {
    constexpr std::string_view inside = "merge_fields.";
    if (const auto at = field.rfind(inside); at != std::string_view::npos) {
        field.remove_prefix(at + inside.size());
        return field.substr(0, field.find('.'));
    }
    return is_merge_tag(field) && field != "EMAIL" ? field : std::string_view();
}

/// Mailchimp's words as they may be stored.
std::string kept_words(std::string_view text) {
    return without_addresses(without_local_part(std::string(text)));
}

}  // namespace

model::Outcome outcome_of(const RowError& row) {
    model::Outcome o;
    o.code = "unexplained";
    o.detail = kept_words(row.text);
    for (const Row& r : table) {
        if (!icontains(row.text, r.fragment)) continue;
        o.kind = r.kind;
        o.opt_out = r.opt_out;
        o.reject_class = r.reject_class;
        o.code = r.code;
        break;
    }
    const std::string_view field = merge_field_of(row.field);
    if (!field.empty() && o.kind != model::Outcome::Kind::suppressed) {
        o.kind = model::Outcome::Kind::rejected;
        o.reject_class = Class::fix_data;
        o.code = "merge_field";
        o.field = field;
        o.detail = kept_words(row.field_message.empty() ? row.text : row.field_message);
    }
    return o;
}

model::Outcome outcome_of(const Problem& problem) {
    RowError row;
    row.text = problem.title + ". " + problem.detail;
    for (const auto& part : problem.errors) {
        row.text += " " + part.message;
        const bool is_value =
            problem.says("merge fields were invalid") || part.field.find("merge_fields") != std::string::npos;
        if (row.field.empty() && is_value) {
            row.field = part.field;
            row.field_message = part.message;
        }
    }
    return outcome_of(row);
}

model::Outcome outcome_of_status(std::string_view status) {
    model::Outcome o;
    if (status == "transactional") {
        o.kind = model::Outcome::Kind::rejected;
        o.reject_class = Class::fix_data;
        o.code = "not_subscribed";
        o.detail =
            "not subscribed at Mailchimp: the contact is there with the status transactional, as a shop "
            "makes it; "
            "only the contact, or staff on its behalf, can subscribe it there";
        return o;
    }
    const auto state = state_of(status);
    if (!state) {
        o.code = "no_status";
        return o;
    }
    o.opt_out = opt_out_of(*state);
    o.kind = o.opt_out ? model::Outcome::Kind::suppressed : model::Outcome::Kind::delivered;
    return o;
}

}  // namespace audienced::provider::mailchimp
