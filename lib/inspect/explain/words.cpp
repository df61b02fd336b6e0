#include "inspect/explain/words.hpp"

#include <algorithm>

namespace audienced::inspect {
namespace {

using model::Membership;
using model::OptOutReason;

struct ReasonWords {
    OptOutReason reason;
    const char *words, *lifted_by;
};
constexpr const char* mailable_again = "the provider lists the contact as one that may be mailed again";
constexpr ReasonWords reasons[] = {
    {OptOutReason::unsubscribed, "it unsubscribed", "the contact subscribes again at the provider"},
    {OptOutReason::cleaned, "its mail bounced and the provider gave up on the address", mailable_again},
    {OptOutReason::pending, "it was asked to confirm and has not", "the contact confirms"},
    {OptOutReason::archived, "the contact is archived at the provider",
     "the contact is taken out of the archive there"},
    {OptOutReason::deleted, "the contact was deleted at the provider",
     "the provider has the contact again, by a sign-up or by staff"},
    {OptOutReason::on_hold, "the provider has put the contact on hold", mailable_again},
    {OptOutReason::left_list, "it left the list", "the contact is on the list again, by itself or by staff"},
    {OptOutReason::forgotten, "it was erased here on request", "nothing, it is for good"},
    {OptOutReason::deleted_for_good, "the contact was deleted for good at the provider",
     "the person signs up again"},
    {OptOutReason::address_changed, "the contact has another address at the provider now",
     "the contact has this address again at the provider"},
    {OptOutReason::opted_out_before, "the person opted out under an earlier address",
     "the earlier address has no opt-out any more"},
    {OptOutReason::not_on_list, "it was a contact before audienced came and may have left the list",
     "the contact is on the list, by itself or by staff"},
    {OptOutReason::compliance, "the provider blocks the contact (compliance)",
     "the person signs up again, or the provider ends the block"},
    {OptOutReason::removed_by_person, "staff took the contact out of the audience", mailable_again},
    {OptOutReason::not_mailable, "the provider says that it must not be mailed", mailable_again},
    {OptOutReason::unspecified, "the provider held it back without a reason", mailable_again},
};

const ReasonWords& words_for(OptOutReason reason) {
    const auto* at = std::find_if(std::begin(reasons), std::end(reasons),
                                  [&](const ReasonWords& w) { return w.reason == reason; });
    return at == std::end(reasons) ? reasons[std::size(reasons) - 1] : *at;
}

}  // namespace

std::string words_of(OptOutReason reason) {
    return words_for(reason).words;
}
std::string lifted_by(OptOutReason reason) {
    return words_for(reason).lifted_by;
}

std::string words_of(Membership state, bool is_list) {
    switch (state) {
        case Membership::none:
            return "not known to be in it";
        case Membership::ours:
            return "in it, put there by audienced";
        case Membership::maybe:
        case Membership::maybe_gone:
            return "a call to change it had no known outcome";
        case Membership::others:
            return "in it, put there by others: it is never taken out";
        case Membership::off:
            return is_list ? "not in it" : "not in it: it was taken off";
        case Membership::existing:
            return "a contact that was not on the list when it was first seen";
        case Membership::may_have_left:
            return "not in it after a call without a known outcome: it was never put there, or it has left";
        case Membership::taken:
            return "not in it: others had given it, and took it away again";
    }
    return {};
}

}  // namespace audienced::inspect
