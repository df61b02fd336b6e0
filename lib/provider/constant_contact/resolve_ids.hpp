#pragma once

#include "provider/constant_contact/session.hpp"

namespace audienced::provider::constant_contact {

/// By its id where the ledger has one, else by its address; nothing if there is no such contact, or a deleted
/// one. With its lists.
awaitable<result<std::optional<Contact>>> find_contact(Session& session, const model::Member& member);

/// `verified`: the service refused one of the ledger's ids, so each is asked for. It outranks the address,
/// which may have been changed.
enum class IdsFrom { ledger, verified };

/// One contact id per member, empty for those who are not there. A few are looked up one by one, for more the
/// contacts of `walk` are read.
awaitable<result<std::vector<std::string>>> resolve_ids(Session& session,
                                                        const std::vector<model::Member>& members,
                                                        ContactsQuery walk, IdsFrom from);

}  // namespace audienced::provider::constant_contact
