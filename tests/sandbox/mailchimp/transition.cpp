#include "mailchimp/transition.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

using Kind = Verdict::Kind;

Verdict make(Kind kind, Status status = Status::subscribed, bool as_new = false) {
    Verdict verdict;
    verdict.kind = kind;
    verdict.status = status;
    verdict.as_new = as_new;
    return verdict;
}

/// A known contact is given a status outright.
Verdict set_known(const Member& known, Status wanted, const Knobs& knobs) {
    if (known.status == Status::archived) return make(Kind::set, wanted, true);
    if (known.status == wanted) return make(Kind::keep, wanted);
    if (wanted == Status::subscribed || wanted == Status::transactional) {
        if (known.status == Status::cleaned) return make(Kind::compliance);
        if (known.status == Status::unsubscribed) {
            if (known.origin == Origin::self || known.origin == Origin::complaint)
                return make(Kind::compliance);
            if (knobs.mc_silent_keep) return make(Kind::keep);
        }
    }
    return make(Kind::set, wanted);
}

}  // namespace

Verdict decide(const Member* known, const Wish& wish, const Knobs& knobs) {
    const bool knows_if_new = !wish.bulk || knobs.mc_bulk_status_if_new != "row_error";
    const auto if_new = knows_if_new ? wish.status_if_new : std::nullopt;
    if (wish.bulk && !wish.status && !if_new) return make(Kind::not_validated);
    if (known && known->status == Status::forgotten) return make(Kind::forgotten);
    if (!known) {
        const auto status = if_new ? if_new : wish.status;
        return status ? make(Kind::create, *status, true) : make(Kind::not_validated);
    }
    const bool archived = known->status == Status::archived;
    if (!wish.update_existing) {
        // An archived contact counts as new for an insert.
        if (!archived) return make(Kind::exists);
        if (wish.status) return make(Kind::set, *wish.status, true);
        if (knobs.mc_archived_on_status_if_new == "revived") return make(Kind::set, *if_new, true);
        return make(Kind::exists);
    }
    if (wish.status) return set_known(*known, *wish.status, knobs);
    if (archived && if_new && wish.bulk && knobs.mc_archived_on_status_if_new == "revived")
        return make(Kind::set, *if_new, true);
    if (wish.bulk && if_new && !archived && knobs.mc_bulk_status_if_new == "applied")
        return set_known(*known, *if_new, knobs);
    return make(Kind::keep, known->status);
}

}  // namespace audienced::sandbox::mailchimp
