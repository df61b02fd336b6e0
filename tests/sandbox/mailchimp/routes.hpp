// Which call goes where, and what every handler gets.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mailchimp/model.hpp"
#include "mailchimp/problem.hpp"
#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::mailchimp {

struct Call {
    World& world;
    Account& account;
    const Request& request;
    std::vector<std::string> params;  // the {…} of the route, in order
    std::string secret;               // with which the call was signed
};

/// Answers a call whose path begins with /3.0. Counts nothing.
Reply answer(World&, const Request&);
/// "mailchimp:<account>/<user>" for known credentials, else "mailchimp:?".
std::string client_of(World&, const Request&);
/// The audience that params[0] names, or 404.
Step<List*> find_list(Call&);
/// The member that params[1] names; null: not there, or permanently deleted.
Member* known_member(Call&, List&);
Step<nlohmann::json> read_body(Call&);  // an object, or 400

// bulk.cpp
Reply bulk_upsert(Call&);
// lists.cpp
Reply get_root(Call&);
Reply get_ping(Call&);
Reply get_lists(Call&);
Reply get_list(Call&);
// listing.cpp
Reply get_members(Call&);
// members.cpp
Reply get_member(Call&);
Reply put_member(Call&);
Reply patch_member(Call&);
Reply post_member(Call&);
Reply archive_member(Call&);
Reply delete_member_for_good(Call&);
// member_tags.cpp
Reply post_member_tags(Call&);
Reply get_member_tags(Call&);
Reply search_tags(Call&);
// segments.cpp
Reply get_segments(Call&);
Reply get_segment(Call&);
Reply post_segment(Call&);
Reply patch_segment(Call&);
Reply delete_segment(Call&);
// segment_members.cpp
Reply batch_segment_members(Call&);
Reply get_segment_members(Call&);
Reply post_segment_member(Call&);
Reply delete_segment_member(Call&);
// merge_fields.cpp
Reply get_merge_fields(Call&);
Reply get_merge_field(Call&);
Reply post_merge_field(Call&);
Reply patch_merge_field(Call&);
Reply delete_merge_field(Call&);
// interests.cpp
Reply get_interest_categories(Call&);
Reply get_interests(Call&);

}  // namespace audienced::sandbox::mailchimp
