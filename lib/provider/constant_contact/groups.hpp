#pragma once

#include "provider/constant_contact/session.hpp"

namespace audienced::provider::constant_contact {

/// The list is groups[0] and holds every segment's profiles; with --tag-segments each segment has a tag too.
/// The list is never `gone` here. Pure.
result<GroupLayout> layout_of(const model::Export& definition, const std::vector<std::string>& titles,
                              const std::vector<model::Group>& known, const std::vector<Tag>& tags);
awaitable<result<GroupLayout>> find_groups(Session& session, model::Export definition,
                                           std::vector<std::string> titles, std::vector<model::Group> known);
awaitable<result<model::Group>> make_group(Session& session, std::string title);
/// Custom fields for the mapped names that the account lacks, type text.
awaitable<result<void>> create_fields(Session& session, std::vector<std::string> mapped);
/// Reads all of them into session.custom_fields.
awaitable<result<void>> learn_custom_fields(Session& session);

}  // namespace audienced::provider::constant_contact
