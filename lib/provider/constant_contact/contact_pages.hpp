#pragma once

#include <optional>

#include "provider/constant_contact/session.hpp"

namespace audienced::provider::constant_contact {

/// The contacts that a query finds, page by page.
class ContactPages {
public:
    ContactPages(Session& session, const ContactsQuery& query);
    bool at_end() const noexcept { return !call_; }
    awaitable<result<ContactsPage>> next();
    /// The service's clock at the first answer; ours, if it told none that can be believed.
    model::ProviderTime began() const;

private:
    Session& session_;
    std::optional<Call> call_;
    std::optional<model::ProviderTime> began_;
};

}  // namespace audienced::provider::constant_contact
