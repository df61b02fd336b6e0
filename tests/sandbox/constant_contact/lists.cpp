#include <algorithm>

#include "base/text.hpp"
#include "constant_contact/change.hpp"
#include "constant_contact/routes.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

json print_list(Call& call, List& list) {
    json out = {{"list_id", list.id},
                {"name", list.name},
                {"description", list.description},
                {"favorite", list.favorite},
                {"created_at", print_moment(list.created)},
                {"updated_at", print_moment(list.updated)}};
    const std::string count = call.request.param("include_membership_count").value_or("");
    if (count == "all" || count == "active") {
        if (list.shown_at < 0 ||
            call.world.now() - list.shown_at >= call.world.knobs.cc_membership_lag_seconds) {
            list.shown = 0;
            list.members.each([&](std::uint32_t place) {
                if (count == "all" || may_be_mailed(call.account.contacts[place])) ++list.shown;
            });
            list.shown_at = call.world.now();
        }
        out["membership_count"] = list.shown;
    }
    return out;
}

Step<List*> find_list(Call& call) {
    const std::string& id = call.params.at(0);
    if (!is_uuid(id)) return not_found("list_id is in an invalid format.");
    const auto found = call.account.lists.find(id);
    if (found == call.account.lists.end()) return not_found("list_id not found.");
    return &found->second;
}

const List* named(const Account& account, const std::string& name) {
    for (const auto& [id, list] : account.lists)
        if (iequals(list.name, name)) return &list;
    return nullptr;
}

}  // namespace

Reply get_lists(Call& call) {
    const std::size_t limit = call.request.number("limit", 50);
    if (limit < 1 || limit > 1000) return invalid("limit must be between 1 and 1000.");
    const std::size_t from = call.request.number("cursor", 0);
    const auto name = call.request.param("name");
    json lists = json::array();
    std::size_t n = 0;
    for (auto& [id, list] : call.account.lists) {
        if (name && !iequals(*name, list.name)) continue;
        if (n >= from && n < from + limit) lists.push_back(print_list(call, list));
        ++n;
    }
    json body = {{"lists", std::move(lists)}};
    if (call.request.flag("include_count")) body["lists_count"] = n;
    if (from + limit < n)
        body["_links"]["next"]["href"] =
            "/v3/contact_lists?limit=" + std::to_string(limit) + "&cursor=" + std::to_string(from + limit);
    return json_reply(200, body);
}

Reply get_list(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    return json_reply(200, print_list(call, **list));
}

Reply post_list(Call& call) {
    auto body = read_body(call);
    if (!body) return body.error();
    const std::string name(trim(text_of(*body, "name")));
    if (name.empty() || name.size() > 255) return invalid("name is missing or longer than 255 characters.");
    if (named(call.account, name)) return conflict("Validation failed: name is not unique");
    if (call.account.lists.size() >= 1000) return invalid("The account already has 1000 lists.");
    const std::string id = call.world.uuid();
    List& list = call.account.lists[id];
    list.id = id;
    list.name = name;
    list.description = text_of(*body, "description");
    list.favorite = flag_of(*body, "favorite");
    list.created = list.updated = call.world.now();
    return json_reply(201, print_list(call, list));
}

Reply put_list(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto body = read_body(call);
    if (!body) return body.error();
    const std::string name(trim(text_of(*body, "name")));
    if (name.empty() || name.size() > 255) return invalid("name is missing or longer than 255 characters.");
    const List* other = named(call.account, name);
    if (other && other != *list) return conflict("Validation failed: name is not unique");
    (*list)->name = name;
    (*list)->description = text_of(*body, "description");
    (*list)->favorite = flag_of(*body, "favorite");
    return json_reply(200, print_list(call, **list));
}

Reply remove_list(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    Activity activity;
    activity.kind = "list_delete";
    activity.lists.push_back((*list)->id);
    activity.items = 1;
    Reply reply = queue_activity(call, std::move(activity));
    if (reply.status != 201) return reply;
    reply.status = 202;
    reply.headers.emplace_back("Location", "/v3/activities/" + call.account.activities.back().id);
    return reply;
}

}  // namespace audienced::sandbox::constant_contact
