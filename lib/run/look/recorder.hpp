// Takes the pages of a look, finds out which member each contact is, and remembers what they show.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "provider/provider.hpp"
#include "run/look/remember.hpp"
#include "store/contacts.hpp"
#include "store/store.hpp"

namespace audienced::run {

/// A contact is known by its id: one that is listed under another address than it was delivered to has moved,
/// and takes its memory along. The old address is not sent again.
class LookRecorder final : public provider::ContactSink {
public:
    LookRecorder(store::Store& store, LookInput input) : store_(store), in_(std::move(input)) {}

    /// The pages that follow are contacts that changed since the last look; see LookInput.
    void begin_changes(bool since_backup) { in_.changed_since_backup = since_backup; }
    awaitable<result<void>> end_changes();
    awaitable<result<void>> seen(std::vector<provider::ContactStatus> page) override;
    /// After the last page.
    awaitable<result<void>> finish();

private:
    using Page = std::vector<provider::ContactStatus>;
    result<void> take(store::Database&, const vault::Vault&, const Page&);
    result<void> one(store::Database&, const vault::Vault&, const provider::ContactStatus&);
    result<void> known_contact(store::Database&, const vault::Vault&, const store::Contact& known,
                               const MemberHash& listed, const provider::ContactStatus&);
    /// Of the unknown contacts those that moved; the others are members of their own.
    awaitable<result<void>> place_unknown();
    result<void> moved(store::Database&, const vault::Vault&, const MemberHash& from,
                       const provider::ContactStatus&);
    result<void> address_changed(store::Database&, const MemberHash& member);
    /// An unknown contact that did not move.
    result<void> stranger(store::Database&, const vault::Vault&, const provider::ContactStatus&);
    /// The contact of the member's address was deleted, and there is another: it has neither the values nor
    /// the tags that the former one was given.
    result<void> made_anew(store::Database&, const MemberHash& member, const model::ContactId&);

    store::Store& store_;
    LookInput in_;
    std::optional<bool> any_contacts_, any_moved_;
    std::map<std::string, provider::ContactStatus> unknown_;  // by contact id
    std::map<MemberHash, model::ContactId> new_ids_;  // of members whose address has another contact now
};

}  // namespace audienced::run
