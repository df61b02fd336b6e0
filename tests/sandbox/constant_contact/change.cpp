#include "constant_contact/change.hpp"

#include <algorithm>

namespace audienced::sandbox::constant_contact {
namespace {

void foreign_change(World& world, const Contact& contact, Cause cause) {
    if (contact.foreign && cause == Cause::api) ++world.counters.zero.foreign_members_changed;
}

}  // namespace

bool may_be_mailed(const Contact& contact) {
    return !contact.deleted &&
           (contact.permission == Permission::given || contact.permission == Permission::implied);
}

Contact& create_contact(World& world, Account& account, const std::string& email, Permission permission,
                        Cause cause) {
    const auto place = static_cast<std::uint32_t>(account.contacts.size());
    Contact& contact = account.contacts.emplace_back();
    contact.place = place;
    contact.id = world.uuid();
    contact.email = email;
    contact.permission = permission;
    contact.created_by_contact = cause == Cause::person;
    contact.created = contact.updated = contact.opted_in = world.now();
    if (permission == Permission::unsubscribed) contact.opted_out = world.now();
    if (const auto old = account.given_up.find(email); old != account.given_up.end()) {
        if (cause == Cause::api && may_be_mailed(contact))
            world.forbid(&MustStayZero::old_addresses_made_anew, "old address made anew", email, old->second);
        account.given_up.erase(old);
    }
    if (!email.empty()) account.by_email[email] = place;
    account.by_id[contact.id] = place;
    if (permission == Permission::pending && cause == Cause::api) ++world.counters.zero.confirmation_mails;
    return contact;
}

void set_permission(World& world, Contact& contact, Permission next, Cause cause) {
    if (contact.permission == next) return;
    const bool was_mailed = may_be_mailed(contact);
    contact.permission = next;
    contact.updated = world.now();
    if (next == Permission::unsubscribed)
        contact.opted_out = world.now();
    else
        contact.opted_in = world.now();
    if (cause != Cause::api) return;
    foreign_change(world, contact, cause);
    if (!was_mailed && may_be_mailed(contact))
        world.forbid(&MustStayZero::subscribed_again, "permission given by a call", contact.email);
    if (next == Permission::pending) ++world.counters.zero.confirmation_mails;
}

void set_value(World& world, Account&, Contact& contact, std::uint16_t key, const std::string& text,
               Cause cause) {
    const auto found =
        std::find_if(contact.values.begin(), contact.values.end(), [&](auto& v) { return v.first == key; });
    if (found == contact.values.end() ? text.empty() : found->second == text) return;
    foreign_change(world, contact, cause);
    if (found == contact.values.end())
        contact.values.emplace_back(key, text);
    else if (text.empty())
        contact.values.erase(found);
    else
        found->second = text;
    contact.updated = world.now();
}

bool join_list(World& world, Account&, Contact& contact, List& list, Cause cause) {
    if (!list.members.add(contact.place)) return false;
    contact.lists.push_back(list.id);
    if (cause != Cause::api) list.seeded.add(contact.place);
    foreign_change(world, contact, cause);
    if (const auto left = contact.left.find(list.id); left != contact.left.end()) {
        if (cause == Cause::api)
            world.forbid(&MustStayZero::subscribed_again, "put back on a list", contact.email, left->second);
        contact.left.erase(left);
    }
    contact.updated = list.updated = world.now();
    return true;
}

bool leave_list(World& world, Account&, Contact& contact, List& list, Cause cause) {
    if (!list.members.remove(contact.place)) return false;
    if (list.seeded.remove(contact.place) && cause == Cause::api)
        world.forbid(&MustStayZero::foreign_memberships_removed, "foreign membership removed", contact.email);
    std::erase(contact.lists, list.id);
    if (cause == Cause::person) contact.left[list.id] = world.now();
    foreign_change(world, contact, cause);
    contact.updated = list.updated = world.now();
    return true;
}

void delete_contact(World& world, Account& account, Contact& contact, Cause cause) {
    if (contact.deleted) return;
    for (const auto& id : std::vector<std::string>(contact.lists)) {
        List& list = account.lists.at(id);
        list.members.remove(contact.place);
        list.seeded.remove(contact.place);
    }
    contact.lists.clear();
    contact.tags.clear();
    contact.deleted = true;
    contact.deleted_since = cause == Cause::person ? world.now() : 0;
    contact.updated = world.now();
    foreign_change(world, contact, cause);
    if (cause == Cause::api) ++world.counters.zero.contacts_deleted;
}

void revive_contact(World& world, Contact& contact, Cause cause) {
    if (!contact.deleted) return;
    contact.deleted = false;
    contact.updated = world.now();
    foreign_change(world, contact, cause);
    if (cause == Cause::api && may_be_mailed(contact))
        world.forbid(&MustStayZero::subscribed_again, "deleted contact revived", contact.email,
                     contact.deleted_since);
}

void rename_contact(World& world, Account& account, Contact& contact, const std::string& email, Cause cause) {
    foreign_change(world, contact, cause);
    account.by_email.erase(contact.email);
    account.given_up[contact.email] = world.now();
    account.given_up.erase(email);
    contact.email = email;
    account.by_email[email] = contact.place;
    contact.updated = world.now();
}

bool delete_field(Account& account, std::string_view id_or_name) {
    const auto found = std::find_if(account.fields.begin(), account.fields.end(), [&](const auto& field) {
        return field.id == id_or_name || field.name == id_or_name;
    });
    if (found == account.fields.end()) return false;
    const auto key = account.key("cf:" + found->name);
    for (auto& contact : account.contacts)
        std::erase_if(contact.values, [&](const auto& value) { return value.first == key; });
    account.fields.erase(found);
    return true;
}

}  // namespace audienced::sandbox::constant_contact
