#pragma once

#include <optional>

#include "provider/constant_contact/session.hpp"
#include "provider/listing_check.hpp"

namespace audienced::provider::constant_contact {

/// The contacts that a query finds, page by page.
class ContactPages {
public:
    ContactPages(Session& session, const ContactsQuery& query);
    bool at_end() const noexcept { return !call_; }
    awaitable<result<ContactsPage>> next();
    /// The service's clock at the first answer.
    model::ProviderTime began() const;
    /// At the end: were there as many contacts as the answers claim? True if the query did not ask that.
    bool complete() { return check_.complete(); }

private:
    Session& session_;
    std::optional<Call> call_;
    std::optional<model::ProviderTime> began_;
    ListingCheck check_;
};

}  // namespace audienced::provider::constant_contact
