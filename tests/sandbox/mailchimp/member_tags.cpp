// One contact's tags, and the search for tags by the beginning of their name.
#include <algorithm>

#include "base/text.hpp"
#include "mailchimp/change.hpp"
#include "mailchimp/routes.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
Reply post_member_tags(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto body = read_body(call);
    if (!body) return body.error();
    Member* member = known_member(call, **list);
    if (!member) return not_found();
    const auto tags = body->find("tags");
    FieldErrors errors;
    if (tags == body->end() || !tags->is_array()) {
        errors.emplace_back("tags", "Required fields were not provided: tags");
        return schema_refusal(errors);
    }
    for (const auto& tag : *tags) {
        const std::string status = text_of(tag, "status");
        if (text_of(tag, "name").empty() || (status != "active" && status != "inactive")) {
            errors.emplace_back("tags", "Required fields were not provided: name, status");
            return schema_refusal(errors);
        }
    }
    for (const auto& tag : *tags) {
        Segment& segment = need_tag(call.world, **list, text_of(tag, "name"));
        if (text_of(tag, "status") == "active")
            add_to_segment(call.world, **list, *member, segment, Cause::api);
        else
            remove_from_segment(call.world, **list, *member, segment, Cause::api);
    }
    return empty_reply(204);
}

Reply get_member_tags(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    const Member* member = known_member(call, **list);
    if (!member) return not_found();
    const std::size_t count = std::min<std::size_t>(call.request.number("count", 10), 1000);
    const std::size_t offset = call.request.number("offset", 0);
    json tags = json::array();
    for (std::size_t i = offset; i < member->segments.size() && tags.size() < count; ++i) {
        const Segment& segment = (*list)->segments.at(member->segments[i]);
        tags.push_back({{"id", segment.id},
                        {"name", segment.name},
                        {"date_added", print_time(segment.updated, "+00:00")}});
    }
    return json_reply(
        200,
        {{"tags", std::move(tags)}, {"total_items", member->segments.size()}, {"_links", json::array()}});
}

Reply search_tags(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    const std::string wanted = ascii_lower(call.request.param("name").value_or(""));
    json tags = json::array();
    for (const auto& [id, segment] : (*list)->segments)
        if (segment.type == "static" && ascii_lower(segment.name).starts_with(wanted))
            tags.push_back({{"id", id}, {"name", segment.name}});
    const std::size_t total = tags.size();
    return json_reply(200, {{"tags", std::move(tags)}, {"total_items", total}, {"_links", json::array()}});
}

}  // namespace audienced::sandbox::mailchimp
