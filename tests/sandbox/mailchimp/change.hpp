// Every change to a contact goes through here, so that counters and shown figures cannot be forgotten.
#pragma once

#include "mailchimp/model.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::mailchimp {

enum class Cause { api, person, seed };

Member& create_member(World&, List&, const std::string& address, Status, Cause);
/// Counts what must not happen: a contact mailed again, or asked to confirm, because of a call.
void set_status(World&, List&, Member&, Status, Origin, Cause);
void set_value(World&, List&, Member&, std::size_t slot, std::string json_text, Cause);
/// true when the contact was not in the segment before.
bool add_to_segment(World&, List&, Member&, Segment&, Cause);
bool remove_from_segment(World&, List&, Member&, Segment&, Cause);
void rename_member(World&, List&, Member&, const std::string& address, Cause);
/// Erases what is known of the contact; the address stays, to refuse it.
void forget_member(World&, List&, Member&, Cause);
/// The tag of this name, made when it is not there.
Segment& need_tag(World&, List&, const std::string& name);
Segment& make_segment(World&, List&, const std::string& name, const std::string& type);
/// Takes it off every member.
void delete_segment(World&, List&, Segment&, Cause);
/// The values are gone, also for a field of the same tag that is made later.
void delete_field(List&, MergeField&);
void touch(World&, List&, Member&, Cause);

}  // namespace audienced::sandbox::mailchimp
