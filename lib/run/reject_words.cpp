#include "run/reject_words.hpp"

#include <algorithm>

#include "plan/address.hpp"

namespace audienced::run {
namespace {

struct CodeWords {
    std::string_view code;
    const char* words;
};

constexpr CodeWords sentences[] = {
    // Rows and addresses.
    {"unreadable_row", "the row cannot be read"},
    {"bad_address", "the provider refuses the address"},
    {"looks_fake", "the provider takes the address for a fake"},
    {"not_valid", "the provider could not validate the address"},
    {"refused", "the provider refuses it"},
    {"bad_value", "the provider refuses a value"},
    {"merge_field", "the field does not take the value"},
    {"no_status", "the provider shows the contact without a state"},
    // The contact.
    {"unsubscribed", "the contact unsubscribed"},
    {"cleaned", "its mail bounced"},
    {"pending", "the contact has not confirmed"},
    {"archived", "the contact is archived at the provider"},
    {"archived_now", "the contact is archived at the provider"},
    {"deleted", "the contact was deleted at the provider"},
    {"deleted_for_good", "the contact was deleted for good at the provider"},
    {"on_hold", "the provider has put the contact on hold"},
    {"left_list", "the contact left the list"},
    {"not_on_list", "the contact is not on the list"},
    {"tag_gone", "the tag is not there any more"},
    {"forgotten", "the address was erased here on request"},
    {"compliance", "the provider blocks the contact"},
    {"removed_by_person", "staff took the contact out of the audience"},
    {"not_mailable", "the contact must not be mailed"},
    {"unspecified", "the provider held it back without a reason"},
    {"not_subscribed", "the contact is not subscribed at the provider"},
    {"address_changed", "the contact has another address at the provider now"},
    {"opted_out_before", "the person opted out under an earlier address"},
    {"subscribed_again", "a call subscribed a contact that had left"},
    {"no_contact", "the provider has no such contact"},
    {"changed_since", "it was changed since"},
    // What did not get there.
    {"exists", "the provider says that the contact is there already"},
    {"too_many_signups", "the address was signed up too often lately"},
    {"provider_fails", "the provider fails for this member"},
    {"unexplained", "the provider does not say why"},
    {"not_there", "the provider has no such contact"},
    {"not_confirmed", "the provider did not confirm it"},
    {"not_visible", "the provider does not show it yet"},
    {"not_taken", "the provider did not take it"},
    {"dropped", "the provider left the row out"},
    {"job_failed", "the job of the provider failed"},
    {"job_cancelled", "the job of the provider was cancelled"},
    {"job_vanished", "the job of the provider vanished"},
    {"job_overdue", "the job of the provider did not end in time"},
    {"outcome_unknown", "it is not known what became of it"},
    // Values.
    {"two_readings", "the value can be read in two ways"},
    {"too_long", "the value is too long for its field"},
    {"whole_address", "an address is filled part by part"},
    {"incomplete_address", "a part of the address is missing"},
    {"incomplete_birthday", "a birthday needs its month and its day"},
    {"negative_number", "the field takes no number below zero"},
    {"too_many_decimals", "the field takes fewer decimals"},
    {"other_currency", "the field holds another currency"},
    {"not_a_number", "the value is no number"},
    {"number_too_large", "the number is too large for its field"},
    {"phone_format", "the field takes phone numbers of another form"},
    {"not_a_date", "the value is no date"},
    {"not_a_birthday", "the value is no birthday"},
    {"not_a_month", "the value is no month"},
    {"not_a_day", "the value is no day"},
    {"not_a_boolean", "the value is neither yes nor no"},
    {"not_a_us_phone", "the value is no US phone number"},
    {"not_a_zip", "the value is no US zip code"},
    {"not_a_url", "the value is no web address"},
    {"not_a_choice", "the value is none of the choices of its field"},
};

constexpr plan::AddressProblem address_problems[] = {
    plan::AddressProblem::missing,    plan::AddressProblem::not_one_at, plan::AddressProblem::bad_local_part,
    plan::AddressProblem::bad_domain, plan::AddressProblem::too_long,   plan::AddressProblem::bad_encoding};

const char* find_words(std::string_view code) {
    for (const plan::AddressProblem problem : address_problems)
        if (code == to_string(problem)) return plan::words_of(problem);
    const auto* at = std::find_if(std::begin(sentences), std::end(sentences),
                                  [&](const CodeWords& one) { return one.code == code; });
    return at == std::end(sentences) ? nullptr : at->words;
}

}  // namespace

bool has_words(std::string_view code) {
    return find_words(code) != nullptr;
}

std::string words_of_code(std::string_view code) {
    if (const char* words = find_words(code)) return words;
    std::string out(code);
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

}  // namespace audienced::run
