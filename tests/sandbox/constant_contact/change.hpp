// Every change to a contact goes through here, so that the figures that must stay zero cannot be forgotten.
#pragma once

#include "constant_contact/model.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::constant_contact {

enum class Cause { api, person, seed };

Contact& create_contact(World&, Account&, const std::string& lower_case_email, Permission, Cause);
void set_permission(World&, Contact&, Permission, Cause);
void set_value(World&, Account&, Contact&, std::uint16_t key, const std::string& text, Cause);
bool join_list(World&, Account&, Contact&, List&, Cause);
bool leave_list(World&, Account&, Contact&, List&, Cause);
/// Soft: the address stays taken, field values are kept, lists and tags are dropped.
void delete_contact(World&, Account&, Contact&, Cause);
void revive_contact(World&, Contact&, Cause);
void rename_contact(World&, Account&, Contact&, const std::string& lower_case_email, Cause);
/// The values are gone, also for a field of the same name that is made later. false: no such field.
bool delete_field(Account&, std::string_view id_or_name);
bool may_be_mailed(const Contact&);

}  // namespace audienced::sandbox::constant_contact
