// Asking for the jobs that change memberships, and asking how jobs stand.
#include <algorithm>

#include "constant_contact/routes.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

struct Caps {
    std::size_t contacts = 500, lists = 50, tags = 50;
};

/// nullopt: the source is fine and in `activity`.
std::optional<Reply> read_source(const json& body, Activity& activity) {
    const Caps caps;
    const auto found = body.find("source");
    if (found == body.end() || !found->is_object()) return invalid("source is missing.");
    int given = 0;
    for (const char* name : {"contact_ids", "list_ids", "tag_ids", "segment_id", "engagement_level",
                             "all_active_contacts", "new_subscriber"})
        given += found->contains(name) ? 1 : 0;
    if (given != 1) return invalid("source must have exactly one member.");
    activity.contact_ids = texts_of(*found, "contact_ids");
    activity.source_lists = texts_of(*found, "list_ids");
    activity.all_active = flag_of(*found, "all_active_contacts");
    if (activity.contact_ids.size() > caps.contacts) return invalid("contact_ids may hold at most 500 ids.");
    if (activity.source_lists.size() > caps.lists) return invalid("list_ids may hold at most 50 ids.");
    for (const auto& id : activity.contact_ids)
        if (!is_uuid(id)) return invalid("contact_ids holds an id in an invalid format.");
    if (body.contains("exclude")) {
        if (!activity.all_active && activity.source_lists.empty())
            return invalid("exclude is only allowed with all_active_contacts or list_ids.");
        activity.excluded = texts_of(body["exclude"], "contact_ids");
    }
    return std::nullopt;
}

std::optional<Reply> check_lists(Call& call, const std::vector<std::string>& lists, std::size_t most) {
    if (lists.empty() || lists.size() > most)
        return invalid("list_ids must hold 1 to " + std::to_string(most) + " ids.");
    for (const auto& id : lists)
        if (!call.account.lists.contains(id)) return invalid("list_ids holds an unknown list_id.");
    return std::nullopt;
}

}  // namespace

json print_activity(const Activity& a) {
    json out = {{"activity_id", a.id},
                {"state", a.state},
                {"created_at", print_moment(a.created)},
                {"updated_at", print_moment(std::max({a.created, a.started, a.completed}))},
                {"percent_done", a.completed >= 0 ? 100
                                 : a.started >= 0 ? 50
                                                  : 1},
                {"activity_errors", a.messages},
                {"status", json::object()}};
    if (a.started >= 0) out["started_at"] = print_moment(a.started);
    if (a.completed >= 0) out["completed_at"] = print_moment(a.completed);
    out["_links"]["self"]["href"] = "/v3/activities/" + a.id;
    if (a.completed < 0) return out;
    json& status = out["status"];
    status["items_total_count"] = a.items;
    if (a.is_import()) {
        status["person_count"] = a.people;
        status["error_count"] = a.errors;
        status["correctable_count"] = a.correctable;
        status["cannot_add_to_list_count"] = a.cannot_add;
    } else {
        status["items_completed_count"] = a.done;
        status["list_count"] = a.lists.size();
    }
    return out;
}

Reply queue_activity(Call& call, Activity activity) {
    Knobs& knobs = call.world.knobs;
    const auto open =
        std::count_if(call.account.activities.begin(), call.account.activities.end(),
                      [](const auto& a) { return a.state == "initialized" || a.state == "processing"; });
    if (open >= knobs.cc_queue_limit)
        return resource_error(429, "contacts.api.too_many_activities",
                              "The maximum number of queued activities has been reached.");
    activity.id = call.world.uuid();
    activity.created = call.world.now();
    activity.asked = call.request.received;
    activity.outcome = knobs.cc_next_activity;
    if (knobs.cc_next_activity_count > 0 && --knobs.cc_next_activity_count == 0) {
        knobs.cc_next_activity = "completed";
        knobs.cc_next_activity_count = -1;
    }
    call.account.activities.push_back(std::move(activity));
    return json_reply(201, print_activity(call.account.activities.back()));
}

Reply post_list_activity(Call& call) {
    auto body = read_body(call);
    if (!body) return body.error();
    Activity activity;
    activity.kind = call.request.segments[2];
    if (activity.kind == "contact_delete") {
        activity.contact_ids = texts_of(*body, "contact_ids");
        activity.source_lists = texts_of(*body, "list_ids");
        if (activity.contact_ids.empty() == activity.source_lists.empty())
            return invalid("contact_ids or list_ids is needed.");
        if (activity.contact_ids.size() > 500) return invalid("contact_ids may hold at most 500 ids.");
    } else if (activity.kind == "list_delete") {
        activity.lists = texts_of(*body, "list_ids");
        if (auto wrong = check_lists(call, activity.lists, 100)) return *wrong;
    } else {
        if (auto wrong = read_source(*body, activity)) return *wrong;
        if (activity.kind.starts_with("contacts_taggings")) {
            activity.tags = texts_of(*body, "tag_ids");
            if (activity.tags.empty() || activity.tags.size() > 50)
                return invalid("tag_ids must hold 1 to 50 ids.");
            for (const auto& id : activity.tags)
                if (!call.account.tags.contains(id)) return invalid("tag_ids holds an unknown tag_id.");
        } else {
            activity.lists = texts_of(*body, "list_ids");
            if (auto wrong = check_lists(call, activity.lists, 50)) return *wrong;
        }
    }
    activity.items = std::max(activity.contact_ids.size(), activity.lists.size());
    return queue_activity(call, std::move(activity));
}

Reply get_activities(Call& call) {
    const std::size_t limit = call.request.number("limit", 50);
    if (limit < 1 || limit > 500) return invalid("limit must be between 1 and 500.");
    const auto state = call.request.param("state");
    if (state == "initialized") return invalid("state is invalid.");
    const std::size_t from = call.request.number("cursor", 0);
    json list = json::array();
    std::size_t n = 0;
    for (auto it = call.account.activities.rbegin(); it != call.account.activities.rend();
         ++it) {  // newest first
        if (state && *state != it->state) continue;
        if (n >= from && n < from + limit) list.push_back(print_activity(*it));
        ++n;
    }
    json body = {{"activities", std::move(list)}};
    if (from + limit < n)
        body["_links"]["next"]["href"] =
            "/v3/activities?limit=" + std::to_string(limit) + "&cursor=" + std::to_string(from + limit);
    return json_reply(200, body);
}

Reply get_activity(Call& call) {
    if (!is_uuid(call.params.at(0))) return not_found("activity_id is in an invalid format.");
    for (const auto& activity : call.account.activities)
        if (activity.id == call.params[0]) return json_reply(200, print_activity(activity));
    return not_found();
}

}  // namespace audienced::sandbox::constant_contact
