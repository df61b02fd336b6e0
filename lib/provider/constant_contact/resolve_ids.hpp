#pragma once

#include "provider/constant_contact/session.hpp"

namespace audienced::provider::constant_contact {

enum class IdsFrom { ledger_first, service_only };

/// One contact id per member, empty for those who are not there. A few are looked up by address, for more the
/// contacts of `walk` are read.
awaitable<result<std::vector<std::string>>> resolve_ids(Session& session,
                                                        const std::vector<model::Member>& members,
                                                        ContactsQuery walk, IdsFrom from);

}  // namespace audienced::provider::constant_contact
