#pragma once

#include <string>

#include "provider/mailchimp/session.hpp"
#include "provider/mailchimp/wire/responses.hpp"

namespace audienced::provider::mailchimp {

/// Takes the tag of a batch off leavers that the bulk call passes over without a word, one by one.
class Untag {
public:
    Untag(Session& session, const model::Batch& batch) : session_(session), batch_(batch) {}

    /// Delivered: the contact has the tag no more, or is gone from the audience. An archived contact keeps
    /// its tags, so it counts only once its tags were seen without this one; else the outcome is `unknown`,
    /// code "archived_now". Otherwise rejected (retry_later, "not_confirmed"). Errors: as change_membership.
    awaitable<result<model::Outcome>> remove(const model::Member& leaver);

private:
    awaitable<result<std::string>> name_of_tag();
    awaitable<result<std::optional<OneMember>>> look_up(std::string address);
    awaitable<result<model::Outcome>> absent(const model::Member& leaver);
    bool is_without_tag(const OneMember& member) const;

    Session& session_;
    const model::Batch& batch_;
    std::string name_;  // of the tag, which may have been renamed; empty: not asked yet
};

/// What stays to be done later.
model::Outcome not_confirmed(std::string detail = {});
/// There is no such tag, or no such audience.
Error tag_is_gone(const model::Batch& batch);

}  // namespace audienced::provider::mailchimp
