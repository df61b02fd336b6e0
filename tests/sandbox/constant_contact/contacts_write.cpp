// Single writes. Several of them subscribe people again: they are here so that a test can prove they are
// never called.
#include <algorithm>

#include "constant_contact/contact_json.hpp"
#include "constant_contact/routes.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

const char* const plain_fields[] = {"first_name", "last_name", "job_title", "company_name", "anniversary"};

Reply printed(Call& call, int status, const Contact& contact) {
    Reply reply;
    reply.status = status;
    append_contact(reply.body, call.account, contact, {"list_memberships", "custom_fields"});
    return reply;
}

Step<std::vector<List*>> lists_in(Call& call, const json& body) {
    std::vector<List*> lists;
    const auto ids = texts_of(body, "list_memberships");
    if (ids.size() > 50) return invalid("list_memberships may hold at most 50 ids.");
    for (const auto& id : ids) {
        const auto found = call.account.lists.find(id);
        if (found == call.account.lists.end()) return invalid("list_memberships holds an unknown list_id.");
        lists.push_back(&found->second);
    }
    return lists;
}

void write_custom_fields(Call& call, Contact& contact, const json& body) {
    if (!body.contains("custom_fields") || !body["custom_fields"].is_array()) return;
    for (const auto& item : body["custom_fields"])
        for (const auto& field : call.account.fields)
            if (field.id == text_of(item, "custom_field_id"))
                set_value(call.world, call.account, contact, call.account.key("cf:" + field.name),
                          text_of(item, "value"), Cause::api);
}

void write_fields(Call& call, Contact& contact, const json& body, bool full) {
    for (const char* name : plain_fields)
        if (full || body.contains(name))
            set_value(call.world, call.account, contact, call.account.key(name), text_of(body, name),
                      Cause::api);
    write_custom_fields(call, contact, body);
}

}  // namespace

Reply post_contact(Call& call) {
    auto body = read_body(call);
    if (!body) return body.error();
    const std::string source = text_of(*body, "create_source");
    if (source != "Account" && source != "Contact")
        return invalid("create_source is missing, must be one of: Contact, Account");
    const json address = body->value("email_address", json::object());
    const std::string email = normalise_address(text_of(address, "address"));
    if (email.find('@') == std::string::npos || email.size() > 80)
        return invalid("email_address is in an invalid format.");
    if (const Contact* known = call.account.find_email(email))
        return conflict("Validation failed: EmailAddress is not unique. Email already exists for contact " +
                        known->id);
    auto lists = lists_in(call, *body);
    if (!lists) return lists.error();
    const auto permission = parse_permission(text_of(address, "permission_to_send", "implicit"));
    if (!permission) return invalid("permission_to_send is invalid.");
    if (address.contains("permission_to_send")) ++call.world.counters.zero.permission_writes;
    Contact& contact = create_contact(call.world, call.account, email, *permission, Cause::api);
    write_fields(call, contact, *body, false);
    for (List* list : *lists) join_list(call.world, call.account, contact, *list, Cause::api);
    return printed(call, 201, contact);
}

Reply put_contact(Call& call) {
    Contact* contact = call.account.find_id(call.params.at(0));
    if (!contact) return not_found();
    auto body = read_body(call);
    if (!body) return body.error();
    if (text_of(*body, "update_source").empty())
        return invalid("update_source is missing, must be one of: Contact, Account");
    auto lists = lists_in(call, *body);
    if (!lists) return lists.error();
    revive_contact(call.world, *contact, Cause::api);
    const json address = body->value("email_address", json::object());
    if (const auto permission = parse_permission(text_of(address, "permission_to_send"))) {
        if (*permission != Permission::unsubscribed) ++call.world.counters.zero.permission_writes;
        set_permission(call.world, *contact, *permission, Cause::api);
        contact->opted_out_by_account = text_of(*body, "update_source") == "Account";
    }
    write_fields(call, *contact, *body, true);
    if (body->contains("list_memberships")) {
        for (const auto& id : std::vector<std::string>(contact->lists)) {
            List& list = call.account.lists.at(id);
            if (std::find(lists->begin(), lists->end(), &list) == lists->end())
                leave_list(call.world, call.account, *contact, list, Cause::api);
        }
        for (List* list : *lists) join_list(call.world, call.account, *contact, *list, Cause::api);
    }
    return printed(call, 200, *contact);
}

Reply remove_contact(Call& call) {
    Contact* contact = call.account.find_id(call.params.at(0));
    if (!contact) return not_found();
    delete_contact(call.world, call.account, *contact, Cause::api);
    return empty_reply(204);
}

Reply sign_up_form(Call& call) {
    ++call.world.counters.zero.sign_up_form_calls;
    auto body = read_body(call);
    if (!body) return body.error();
    const std::string email = normalise_address(text_of(*body, "email_address"));
    if (email.find('@') == std::string::npos || email.size() > 50)
        return invalid("email_address is in an invalid format.");
    auto lists = lists_in(call, *body);
    if (!lists) return lists.error();
    if (lists->empty()) return invalid("list_memberships is missing.");
    Contact* contact = call.account.find_email(email);
    const bool created = !contact;
    if (created) contact = &create_contact(call.world, call.account, email, Permission::given, Cause::api);
    revive_contact(call.world, *contact, Cause::api);
    set_permission(call.world, *contact, Permission::given, Cause::api);  // from unsubscribed too
    write_fields(call, *contact, *body, false);
    for (List* list : *lists) join_list(call.world, call.account, *contact, *list, Cause::api);
    return json_reply(created ? 201 : 200,
                      {{"contact_id", contact->id}, {"action", created ? "created" : "updated"}});
}

Reply resubscribe(Call& call) {
    Contact* contact = call.account.find_id(call.params.at(0));
    if (!contact) return not_found();
    if (contact->resubscribe_mailed)
        return conflict("A resubscribe e-mail was already sent to this contact.");
    contact->resubscribe_mailed = true;
    ++call.world.counters.zero.confirmation_mails;
    return printed(call, 200, *contact);
}

}  // namespace audienced::sandbox::constant_contact
