#include "constant_contact/staff.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "constant_contact/change.hpp"
#include "control/plain.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

std::string* find_tag(Account& account, const std::string& name) {
    for (auto& [id, known] : account.tags)
        if (known == name) return &known;
    return nullptr;
}

void delete_tag(Account& account, const std::string& name) {
    const auto found = std::find_if(account.tags.begin(), account.tags.end(),
                                    [&](const auto& tag) { return tag.second == name; });
    for (auto& contact : account.contacts) std::erase(contact.tags, found->first);
    account.tags.erase(found);
}

}  // namespace

CustomField field_from(World& world, const json& item) {
    CustomField field;
    field.id = world.uuid();
    field.label = item.is_string() ? item.get<std::string>() : text_of(item, "label");
    field.name = text_of(item, "name", ascii_lower(field.label));
    std::replace(field.name.begin(), field.name.end(), ' ', '_');
    field.type = text_of(item, "type", "string");
    field.created = world.now();
    read_field_limits(item, field);
    return field;
}

Reply change_account(World& world, Account& account, const json& body) {
    if (body.contains("hold_jobs")) {
        const bool hold = flag_of(body, "hold_jobs");
        if (account.jobs_held && !hold) account.jobs_held_until = world.now();
        account.jobs_held = hold;
    }
    if (body.contains("delete_field") && !delete_field(account, text_of(body, "delete_field")))
        return control::refused("no such field");
    if (body.contains("make_field")) account.fields.push_back(field_from(world, body["make_field"]));
    for (const char* what : {"rename_tag", "delete_tag"})
        if (body.contains(what) && !find_tag(account, text_of(body, what)))
            return control::refused("no such tag");
    if (body.contains("rename_tag")) *find_tag(account, text_of(body, "rename_tag")) = text_of(body, "to");
    if (body.contains("delete_tag")) delete_tag(account, text_of(body, "delete_tag"));
    return control::done();
}

}  // namespace audienced::sandbox::constant_contact
