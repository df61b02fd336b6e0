// The operations on tags and merge fields: find and make.
#pragma once

#include "provider/mailchimp/session.hpp"
#include "provider/mailchimp/wire/responses.hpp"

namespace audienced::provider::mailchimp {

/// See add_tag_groups. Pure.
result<GroupLayout> layout_of(const std::vector<std::string>& titles, const std::vector<model::Group>& known,
                              const std::vector<Tag>& tags);

awaitable<result<GroupLayout>> find_groups(Session& session, std::string audience,
                                           std::vector<std::string> titles, std::vector<model::Group> known);
/// Errors: refused, where a saved segment has the name of one.
awaitable<result<void>> check_new_groups(Session& session, std::string audience,
                                         std::vector<std::string> titles);
awaitable<result<model::Group>> make_group(Session& session, std::string audience, std::string title);
awaitable<result<void>> create_fields(Session& session, std::string audience,
                                      std::vector<std::string> mapped);

}  // namespace audienced::provider::mailchimp
