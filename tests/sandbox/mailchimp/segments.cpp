// Segments as a whole: tags are the static ones.
#include <algorithm>

#include "base/text.hpp"
#include "mailchimp/address.hpp"
#include "mailchimp/change.hpp"
#include "mailchimp/routes.hpp"
#include "mailchimp/segment_json.hpp"
#include "wire/field_filter.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {

json print_segment(const List& list, const Segment& segment) {
    json options = json::object();
    if (segment.type == "static")
        options = {{"match", "any"},
                   {"conditions",
                    {{{"condition_type", "StaticSegment"},
                      {"field", "static_segment"},
                      {"op", "static_is"},
                      {"value", segment.id}}}}};
    return {{"id", segment.id},
            {"name", segment.name},
            {"member_count", segment.members.size_with(list.active)},
            {"type", segment.type},
            {"created_at", print_time(segment.created, "+00:00")},
            {"updated_at", print_time(segment.updated, "+00:00")},
            {"options", std::move(options)},
            {"list_id", list.id},
            {"_links", json::array()}};
}

Step<Segment*> find_segment(Call& call, List& list) {
    for (auto& [id, segment] : list.segments)
        if (std::to_string(id) == call.params.at(1)) return &segment;
    return not_found();
}

namespace {

/// The addresses of static_segment: nullopt in `wanted` when it is absent.
Step<std::optional<std::vector<std::string>>> read_static(const json& body) {
    std::optional<std::vector<std::string>> wanted;
    const auto found = body.find("static_segment");
    if (found == body.end()) return wanted;
    if (!found->is_array())
        return schema_refusal(field_error("static_segment", std::string("Schema describes array, ") +
                                                                found->type_name() + " found instead"));
    if (found->size() > 500)
        return invalid(
            "Maximum allowed member items exceeded, please provide at most 500 items in static_segment "
            "field");
    std::string bad;
    wanted.emplace();
    for (const auto& item : *found) {
        const std::string address = item.is_string() ? normalise_address(item.get<std::string>()) : "";
        if (!has_valid_syntax(address))
            bad +=
                (bad.empty() ? "" : ", ") + (item.is_string() ? item.get<std::string>() : print_json(item));
        wanted->push_back(address);
    }
    if (!bad.empty())
        return schema_refusal(
            field_error("static_segment", "Invalid email addresses given in static_segment: " + bad));
    return wanted;
}

/// By a segment of whatever type.
bool is_taken(const List& list, const std::string& name) {
    return std::any_of(list.segments.begin(), list.segments.end(),
                       [&](const auto& entry) { return iequals(entry.second.name, name); });
}

void add_all(Call& call, List& list, Segment& segment, const std::vector<std::string>& addresses) {
    for (const auto& address : addresses)
        if (Member* member = list.find(address); member && member->status == Status::subscribed)
            add_to_segment(call.world, list, *member, segment, Cause::api);
}

}  // namespace

Reply get_segments(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    const std::size_t count = std::min<std::size_t>(call.request.number("count", 10), 1000);
    const std::size_t offset = call.request.number("offset", 0);
    const auto type = call.request.param("type");
    json segments = json::array();
    std::size_t n = 0;
    for (const auto& [id, segment] : (*list)->segments) {
        if (type && *type != segment.type) continue;
        if (n >= offset && n < offset + count) segments.push_back(print_segment(**list, segment));
        ++n;
    }
    json body = {{"segments", std::move(segments)},
                 {"list_id", (*list)->id},
                 {"total_items", n},
                 {"_links", json::array()}};
    FieldFilter(call.request).apply(body);
    return json_reply(200, body);
}

Reply get_segment(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto segment = find_segment(call, **list);
    if (!segment) return segment.error();
    json body = print_segment(**list, **segment);
    FieldFilter(call.request).apply(body);
    return json_reply(200, body);
}

Reply post_segment(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto body = read_body(call);
    if (!body) return body.error();
    const std::string name(trim(text_of(*body, "name")));
    if (name.empty()) return schema_refusal(field_error("name", "Required fields were not provided: name"));
    if (name.size() > 100)
        return invalid("Your segment was invalid.",
                       field_error("name", "Please enter at most 100 characters"));
    auto wanted = read_static(*body);
    if (!wanted) return wanted.error();
    if (*wanted && body->contains("options"))
        return invalid("You may give static_segment or options, but not both.");
    if (is_taken(**list, name) && call.world.knobs.mc_tag_name_clash == "refuse")
        return invalid("Sorry, that tag already exists.",
                       field_error("name", "Sorry, that tag already exists."));
    Segment& segment = make_segment(call.world, **list, name, body->contains("options") ? "saved" : "static");
    if (*wanted) add_all(call, **list, segment, **wanted);
    return json_reply(200, print_segment(**list, segment));
}

Reply patch_segment(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto segment = find_segment(call, **list);
    if (!segment) return segment.error();
    auto body = read_body(call);
    if (!body) return body.error();
    const std::string name(trim(text_of(*body, "name")));
    if (name.empty()) return schema_refusal(field_error("name", "Required fields were not provided: name"));
    auto wanted = read_static(*body);
    if (!wanted) return wanted.error();
    const Segment* clash = (*list)->tag(name);
    if (clash && clash != *segment) return invalid("Sorry, that tag already exists.");
    (*segment)->name = name;
    (*segment)->updated = call.world.now_seconds();
    if (*wanted) {  // the whole membership is replaced, foreign members included
        std::vector<std::uint32_t> gone;
        (*segment)->members.each([&](std::uint32_t place) {
            const auto& email = (*list)->members[place].email;
            if (std::find((*wanted)->begin(), (*wanted)->end(), email) == (*wanted)->end())
                gone.push_back(place);
        });
        for (const auto place : gone)
            remove_from_segment(call.world, **list, (*list)->members[place], **segment, Cause::api);
        add_all(call, **list, **segment, **wanted);
    }
    return json_reply(200, print_segment(**list, **segment));
}

Reply delete_segment(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto segment = find_segment(call, **list);
    if (!segment) return segment.error();
    delete_segment(call.world, **list, **segment, Cause::api);
    return empty_reply(204);
}

}  // namespace audienced::sandbox::mailchimp
