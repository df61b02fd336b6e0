#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace audienced::model {

/// Why no call may touch a contact.
enum class OptOutReason : std::uint8_t {
    unsubscribed,
    cleaned,  // the provider gave up on the address after bounces
    pending,  // asked for confirmation, not confirmed
    archived,
    deleted,
    on_hold,
    left_list,          // was on the destination's list and left it
    forgotten,          // erased here on request
    deleted_for_good,   // deleted at the provider so that only the person can sign up again
    address_changed,    // the contact has another address now
    opted_out_before,   // the person opted out under an earlier address
    not_on_list,        // was a contact before this program came, and may have left the list
    compliance,         // the provider's own block
    removed_by_person,  // taken out of the audience by the account's staff
    not_mailable,       // the provider names a status that is none of these
    unspecified,        // suppressed when a batch was submitted; the reason was not kept
};

const char* to_string(OptOutReason) noexcept;
std::optional<OptOutReason> parse_opt_out_reason(std::string_view word) noexcept;

/// Does a pull of everything show contacts with this reason? If so, one that it does not show any more has
/// the reason no longer.
bool is_shown_by_full_pull(OptOutReason) noexcept;
/// Does the reason hold for the person under another address too? Not where it is about this address alone,
/// or was taken over from an earlier address: that one has the reason itself.
bool follows_person(OptOutReason) noexcept;
/// A contact with this reason is in no group any more: there is nothing to take it out of.
bool is_in_no_group(OptOutReason) noexcept;

}  // namespace audienced::model
