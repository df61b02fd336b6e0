// Accounts, audiences, members that were there before, and what people do by themselves.
#include "mailchimp/stage.hpp"

#include "base/text.hpp"
#include "control/plain.hpp"
#include "mailchimp/address.hpp"
#include "mailchimp/change.hpp"
#include "mailchimp/merge_values.hpp"
#include "mailchimp/staff.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

using control::done;
using control::numbered;
using control::refused;

/// One seeded contact; gives what is wrong, or empty.
std::string seed_one(World& world, List& list, const json& item, std::uint64_t n) {
    const std::string address = normalise_address(
        numbered(text_of(item, "email", text_of(item, "pattern", "user{n}@example.org")), n));
    const auto status = parse_status(text_of(item, "status", "subscribed"));
    if (!status) return "no such status";
    Member* member = list.find(address);
    if (!member)
        member = &create_member(world, list, address,
                                *status == Status::archived ? Status::subscribed : *status, Cause::seed);
    set_status(world, list, *member, *status, Origin::none, Cause::seed);
    const auto origin = parse_origin(text_of(item, "origin", "self"));
    if (!origin) return "no such origin";
    member->origin = *status == Status::unsubscribed ? *origin : Origin::none;
    member->foreign = flag_of(item, "foreign");
    if (item.contains("merge_fields")) {
        json values = item["merge_fields"];
        for (auto& [tag, value] : values.items())
            if (value.is_string()) value = numbered(value.get<std::string>(), n);
        ValueChanges changes = read_values(list, &values, member, true);
        if (changes.refused) return changes.refused->field + ": " + changes.refused->message;
        for (auto& [slot, text] : changes.set)
            set_value(world, list, *member, slot, std::move(text), Cause::seed);
    }
    for (const auto& tag : texts_of(item, "tags"))
        add_to_segment(world, list, *member, need_tag(world, list, tag), Cause::seed);
    if (item.contains("age_seconds")) {
        member->created = member->opted = member->last_changed =
            world.now_seconds() - static_cast<std::int64_t>(number_of(item, "age_seconds"));
    }
    return {};
}

std::string act(World& world, List& list, Member* member, const std::string& address, const json& body) {
    const std::string what = text_of(body, "act");
    if (what == "subscribe") {
        if (!member) member = &create_member(world, list, address, Status::subscribed, Cause::person);
        if (member->status == Status::forgotten) {  // a contact of its own, with nothing of the deleted one
            member->serial = world.of<mailchimp::Accounts>().next_member++;
            member->created = world.now_seconds();
            member->foreign = false;
        }
        set_status(world, list, *member, Status::subscribed, Origin::none, Cause::person);
        return {};
    }
    if (!member) return "no such member";
    const auto set = [&](Status status, Origin origin) {
        set_status(world, list, *member, status, origin, Cause::person);
        return std::string{};
    };
    if (what == "unsubscribe") return set(Status::unsubscribed, Origin::self);
    if (what == "admin_unsubscribe") return set(Status::unsubscribed, Origin::admin);
    if (what == "api_unsubscribe") return set(Status::unsubscribed, Origin::api);
    if (what == "complain") return set(Status::unsubscribed, Origin::complaint);
    if (what == "bounce") return set(Status::cleaned, Origin::none);
    if (what == "confirm") return set(Status::subscribed, Origin::none);
    if (what == "pend") return set(Status::pending, Origin::none);
    if (what == "archive") return set(Status::archived, Origin::none);
    if (what == "unarchive") {
        if (member->status != Status::archived) return "that contact is not archived";
        return set(member->before_archive, member->origin_before_archive);
    }
    if (what == "forget" || what == "delete_permanent")
        return forget_member(world, list, *member, Cause::person), std::string{};
    if (what == "rename") {
        const std::string next = normalise_address(text_of(body, "to"));
        if (list.find(next)) return "that address is on the list";
        return rename_member(world, list, *member, next, Cause::person), std::string{};
    }
    if (what == "tag")
        return add_to_segment(world, list, *member, need_tag(world, list, text_of(body, "tag")),
                              Cause::person),
               std::string{};
    if (what == "untag")
        return remove_from_segment(world, list, *member, need_tag(world, list, text_of(body, "tag")),
                                   Cause::person),
               std::string{};
    return "no such act: " + what;
}

Reply make_account(World& world, const Request& request) {
    const auto body = parse_json(request.body);
    if (!body) return refused("not JSON");
    const std::string name = text_of(*body, "name", "acme");
    auto& account = world.of<mailchimp::Accounts>().by_name[name];
    if (!account) account = std::make_unique<Account>();
    account->name = name;
    if (account->id.empty()) account->id = world.token(24);
    account->dc = text_of(*body, "dc", account->dc);
    User& user = account->users[text_of(*body, "user", "owner")];
    user.name = text_of(*body, "user", "owner");
    user.role = text_of(*body, "role", "owner");
    user.disabled = flag_of(*body, "disabled");
    std::vector<std::string> keys = texts_of(*body, "api_keys");
    if (body->contains("api_key")) keys.push_back(text_of(*body, "api_key"));
    if (keys.empty()) keys.push_back(world.token(32) + "-" + account->dc);
    for (const auto& key : keys)
        world.of<mailchimp::Accounts>().credentials[key] =
            Credential{name, user.name, flag_of(*body, "revoked")};
    return json_reply(200, {{"name", name}, {"dc", account->dc}, {"api_keys", keys}, {"user", user.name}});
}

Reply make_list(World& world, const Request& request) {
    const auto body = parse_json(request.body);
    if (!body) return refused("not JSON");
    const auto owner = world.of<mailchimp::Accounts>().by_name.find(text_of(*body, "account", "acme"));
    if (owner == world.of<mailchimp::Accounts>().by_name.end()) return refused("no such account");
    auto list = std::make_unique<List>();
    list->id = text_of(*body, "id", "a1b2c3d4e5");
    list->name = text_of(*body, "name", "Newsletter");
    list->web_id = world.of<mailchimp::Accounts>().next_list++;
    list->created = world.now_seconds();
    list->double_optin = flag_of(*body, "double_optin");
    list->marketing_permissions = flag_of(*body, "marketing_permissions");
    for (const char* tag : {"FNAME", "LNAME", "ADDRESS", "PHONE"}) {
        MergeField field = field_from(json(tag), ++list->next_field);
        if (field.tag == "ADDRESS") field.type = "address";
        if (field.tag == "PHONE") field.type = "phone";
        if (!flag_of(*body, "no_default_fields")) list->fields.push_back(field);
    }
    if (body->contains("merge_fields"))
        for (const auto& item : (*body)["merge_fields"]) {
            MergeField field = field_from(item, list->next_field + 1);
            if (list->field(field.tag)) continue;
            ++list->next_field;
            list->fields.push_back(std::move(field));
        }
    if (body->contains("interests"))
        for (const auto& [id, name] : (*body)["interests"].items())
            list->interests[id] = name.get<std::string>();
    for (const auto& tag : texts_of(*body, "tags")) make_segment(world, *list, tag, "static");
    for (const auto& name : texts_of(*body, "saved_segments")) make_segment(world, *list, name, "saved");
    const std::string id = list->id;
    owner->second->lists[id] = std::move(list);
    return json_reply(200, {{"id", id}});
}

/// One JSON object with count and pattern, or JSON lines.
Reply seed(World& world, const Request& request) {
    List* list = world.of<mailchimp::Accounts>().find_list(request.segments[3]);
    if (!list) return refused("no such list");
    std::uint64_t seeded = 0;
    std::string_view rest = request.body;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const auto line = trim(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (line.empty()) continue;
        const auto item = parse_json(line);
        if (!item || !item->is_object())
            return refused("line " + std::to_string(seeded + 1) + " is not a JSON object");
        const auto first = static_cast<std::uint64_t>(number_of(*item, "first", 1));
        const auto count = static_cast<std::uint64_t>(number_of(*item, "count", 1));
        for (std::uint64_t n = first; n < first + count; ++n, ++seeded)
            if (auto wrong = seed_one(world, *list, *item, n); !wrong.empty()) return refused(wrong);
    }
    return json_reply(200, {{"seeded", seeded}, {"members", list->members.size()}});
}

Reply act_all(World& world, const Request& request) {
    const auto body = parse_json(request.body);
    List* list = world.of<mailchimp::Accounts>().find_list(request.segments[3]);
    if (!body || !list) return refused(body ? "no such list" : "not JSON");
    std::vector<std::string> addresses = texts_of(*body, "emails");
    if (body->contains("email")) addresses.push_back(text_of(*body, "email"));
    for (const auto& sent : addresses) {
        const std::string address = normalise_address(sent);
        if (auto wrong = act(world, *list, list->find(address), address, *body); !wrong.empty())
            return refused(wrong);
    }
    return done();
}

}  // namespace

std::optional<Reply> answer_stage(World& world, const Request& request) {
    const auto& s = request.segments;
    const bool post = request.method == "POST";
    if (post && s.size() == 3 && s[2] == "accounts") return make_account(world, request);
    if (post && s.size() == 3 && s[2] == "lists") return make_list(world, request);
    if (s.size() != 5 || s[2] != "lists") return std::nullopt;
    if (post && s[4] == "seed") return seed(world, request);
    if (post && s[4] == "act") return act_all(world, request);
    if (post && s[4] == "change") return change_list(world, request);
    if (request.method == "GET" && s[4] == "members") return dump(world, request);
    return std::nullopt;
}

}  // namespace audienced::sandbox::mailchimp
