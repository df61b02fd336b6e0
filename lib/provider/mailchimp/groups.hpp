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
awaitable<result<model::Group>> make_group(Session& session, std::string audience, std::string title);
awaitable<result<void>> create_fields(Session& session, std::string audience,
                                      std::vector<std::string> mapped);

}  // namespace audienced::provider::mailchimp
