// Accounts, lists, contacts that were there before, and what people do by
// themselves.
#include "constant_contact/stage.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "constant_contact/change.hpp"
#include "constant_contact/routes.hpp"
#include "constant_contact/staff.hpp"
#include "control/plain.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

using control::done;
using control::numbered;
using control::refused;

Reply make_account(World& world, const json& body) {
    const std::string name = text_of(body, "name", "acme");
    auto& account = world.of<constant_contact::Accounts>().by_name[name];
    if (!account) account = std::make_unique<Account>();
    account->name = name;
    if (account->encoded_id.empty()) account->encoded_id = "a07e" + world.token(12);
    account->users[text_of(body, "user", "owner")] = text_of(body, "role", "owner");
    if (body.contains("custom_fields"))
        for (const auto& item : body["custom_fields"]) account->fields.push_back(field_from(world, item));
    return json_reply(200, {{"name", name}, {"encoded_account_id", account->encoded_id}});
}

Reply make_list(World& world, Account& account, const json& body) {
    const std::string id = text_of(body, "id", world.uuid());
    List& list = account.lists[id];
    list.id = id;
    list.name = text_of(body, "name", "Newsletter");
    list.created = list.updated = world.now();
    return json_reply(200, {{"list_id", id}});
}

std::string seed_one(World& world, Account& account, const json& item, std::uint64_t n) {
    const std::string email = normalise_address(
        numbered(text_of(item, "email", text_of(item, "pattern", "user{n}@example.org")), n));
    const auto permission = parse_permission(text_of(item, "permission", "implicit"));
    if (!permission) return "no such permission";
    Contact* contact = account.find_email(email);
    if (!contact) contact = &create_contact(world, account, email, *permission, Cause::seed);
    set_permission(world, *contact, *permission, Cause::seed);
    contact->opted_out_by_account = text_of(item, "opt_out_source") == "Account";
    if (item.contains("values"))
        for (const auto& [name, value] : item["values"].items())
            set_value(world, account, *contact, account.key(name),
                      numbered(value.is_string() ? value.get<std::string>() : print_json(value), n),
                      Cause::seed);
    for (const auto& id : texts_of(item, "lists")) {
        const auto list = account.lists.find(id);
        if (list == account.lists.end()) return "no such list";
        join_list(world, account, *contact, list->second, Cause::seed);
    }
    contact->foreign = flag_of(item, "foreign");
    if (item.contains("age_seconds"))
        contact->created = contact->updated = contact->opted_in =
            world.now() - number_of(item, "age_seconds");
    if (flag_of(item, "deleted")) delete_contact(world, account, *contact, Cause::seed);
    return {};
}

Reply seed(World& world, Account& account, const Request& request) {
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
            if (auto wrong = seed_one(world, account, *item, n); !wrong.empty()) return refused(wrong);
    }
    return json_reply(200, {{"seeded", seeded}, {"contacts", account.contacts.size()}});
}

std::string act(World& world, Account& account, Contact* contact, const std::string& email,
                const json& body) {
    const std::string what = text_of(body, "act");
    const auto list = account.lists.find(text_of(body, "list"));
    if (what == "subscribe") {
        if (!contact) contact = &create_contact(world, account, email, Permission::given, Cause::person);
        revive_contact(world, *contact, Cause::person);
        set_permission(world, *contact, Permission::given, Cause::person);
        if (list != account.lists.end()) join_list(world, account, *contact, list->second, Cause::person);
        return {};
    }
    if (!contact) return "no such contact";
    if (what == "unsubscribe" || what == "account_unsubscribe") {
        set_permission(world, *contact, Permission::unsubscribed, Cause::person);
        contact->opted_out_by_account = what == "account_unsubscribe";
        for (const auto& id : std::vector<std::string>(contact->lists))
            leave_list(world, account, *contact, account.lists.at(id), Cause::person);
        return {};
    }
    if (what == "delete") return delete_contact(world, account, *contact, Cause::person), std::string{};
    if (what == "restore") return revive_contact(world, *contact, Cause::person), std::string{};
    if (what == "release")
        return set_permission(world, *contact, Permission::implied, Cause::person), std::string{};
    if (what == "hold")
        return set_permission(world, *contact, Permission::temp_hold, Cause::person), std::string{};
    if (what == "pend")
        return set_permission(world, *contact, Permission::pending, Cause::person), std::string{};
    if (what == "rename") {
        const std::string next = normalise_address(text_of(body, "to"));
        if (account.find_email(next)) return "that address is taken";
        rename_contact(world, account, *contact, next, Cause::person);
        return {};
    }
    if (list == account.lists.end()) return "no such act, or no such list";
    if (what == "leave_list")
        return leave_list(world, account, *contact, list->second, Cause::person), std::string{};
    if (what == "join_list")
        return join_list(world, account, *contact, list->second, Cause::person), std::string{};
    return "no such act: " + what;
}

Reply act_all(World& world, Account& account, const json& body) {
    if (text_of(body, "act") == "delete_list") {
        const auto found = account.lists.find(text_of(body, "list"));
        if (found == account.lists.end()) return refused("no such list");
        for (auto& contact : account.contacts) std::erase(contact.lists, found->first);
        account.lists.erase(found);
        return done();
    }
    std::vector<std::string> addresses = texts_of(body, "emails");
    if (body.contains("email")) addresses.push_back(text_of(body, "email"));
    for (const auto& sent : addresses) {
        const std::string email = normalise_address(sent);
        if (auto wrong = act(world, account, account.find_email(email), email, body); !wrong.empty())
            return refused(wrong);
    }
    return done();
}

/// Sorted lines: email, permission (or "deleted"), names of the lists, then the values asked for.
Reply dump(Account& account, const Request& request) {
    std::vector<std::uint16_t> keys;
    std::string header = "email\tpermission\tlists";
    const std::string fields = request.param("fields").value_or("first_name,last_name");
    std::string_view rest = fields;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        keys.push_back(account.key(rest.substr(0, comma)));
        (header += '\t') += rest.substr(0, comma);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    const auto only = account.lists.find(request.param("list").value_or(""));
    std::vector<const Contact*> contacts;
    for (const auto& contact : account.contacts)
        if (only == account.lists.end() || only->second.members.has(contact.place))
            contacts.push_back(&contact);
    std::sort(contacts.begin(), contacts.end(), [](auto* a, auto* b) { return a->email < b->email; });
    Reply reply = text_reply(200, "text/plain; charset=utf-8", "");
    if (request.flag("count")) return text_reply(200, "text/plain", std::to_string(contacts.size()) + "\n");
    std::string& out = reply.body;
    if (request.flag("header")) out = header + "\n";
    for (const Contact* contact : contacts) {
        out += contact->email;
        (out += '\t') += contact->deleted ? "deleted" : print(contact->permission);
        std::vector<std::string> names;
        for (const auto& id : contact->lists) names.push_back(account.lists.at(id).name);
        std::sort(names.begin(), names.end());
        out += '\t';
        for (std::size_t i = 0; i < names.size(); ++i) out += (i ? "," : "") + names[i];
        for (const auto key : keys) {
            out += '\t';
            for (const auto& [known, text] : contact->values)
                if (known == key) out += text;
        }
        out += '\n';
    }
    return reply;
}

}  // namespace

std::optional<Reply> answer_stage(World& world, const Request& request) {
    const auto& s = request.segments;
    if (s.size() < 3) return std::nullopt;
    const bool lines = s.back() == "seed";
    const auto body =
        lines || request.body.empty() ? json::object() : parse_json(request.body).value_or(json());
    if (!body.is_object()) return refused("not a JSON object");
    if (s.size() == 3 && s[2] == "accounts" && request.method == "POST") return make_account(world, body);
    if (s.size() < 5 || s[2] != "accounts") return std::nullopt;
    const auto found = world.of<constant_contact::Accounts>().by_name.find(s[3]);
    if (found == world.of<constant_contact::Accounts>().by_name.end()) return refused("no such account");
    Account& account = *found->second;
    run_activities(world, account);
    if (request.method == "POST" && s[4] == "lists") return make_list(world, account, body);
    if (request.method == "POST" && s[4] == "seed") return seed(world, account, request);
    if (request.method == "POST" && s[4] == "change") return change_account(world, account, body);
    if (request.method == "POST" && s[4] == "act") return act_all(world, account, body);
    if (request.method == "GET" && s[4] == "contacts") return dump(account, request);
    if (request.method == "GET" && s[4] == "activities") {
        json all = json::array();
        for (const auto& activity : account.activities) {
            all.push_back(print_activity(activity));
            all.back()["kind"] = activity.kind;
        }
        return json_reply(200, all);
    }
    return std::nullopt;
}

}  // namespace audienced::sandbox::constant_contact
