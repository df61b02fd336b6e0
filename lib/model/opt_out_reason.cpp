#include "model/opt_out_reason.hpp"

namespace audienced::model {

bool is_shown_by_full_pull(OptOutReason reason) noexcept {
    switch (reason) {
        case OptOutReason::unsubscribed:
        case OptOutReason::cleaned:
        case OptOutReason::pending:
        case OptOutReason::archived:
        case OptOutReason::on_hold:
            return true;
        case OptOutReason::deleted:
        case OptOutReason::left_list:
        case OptOutReason::forgotten:
        case OptOutReason::deleted_for_good:
        case OptOutReason::address_changed:
        case OptOutReason::opted_out_before:
        case OptOutReason::not_on_list:
        case OptOutReason::compliance:
        case OptOutReason::removed_by_person:
        case OptOutReason::not_mailable:
        case OptOutReason::unspecified:
            return false;
    }
    return false;
}

bool follows_person(OptOutReason reason) noexcept {
    return reason != OptOutReason::address_changed && reason != OptOutReason::not_on_list &&
           reason != OptOutReason::opted_out_before;
}

bool is_in_no_group(OptOutReason reason) noexcept {
    return reason == OptOutReason::deleted || reason == OptOutReason::deleted_for_good ||
           reason == OptOutReason::forgotten;
}

}  // namespace audienced::model
