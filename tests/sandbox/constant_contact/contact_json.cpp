#include "constant_contact/contact_json.hpp"

#include <algorithm>

#include "constant_contact/answers.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

void texts(std::string& out, const char* name, const std::vector<std::string>& items) {
    append_quoted(out += ',', name);
    out += ":[";
    for (const auto& item : items) {
        if (out.back() != '[') out += ',';
        append_quoted(out, item);
    }
    out += ']';
}

void field(std::string& out, const char* name, std::string_view text) {
    append_quoted(out += ',', name);
    append_quoted(out += ':', text);
}

const std::string* value_of(const Account& account, const Contact& contact, std::string_view name) {
    for (const auto& [key, text] : contact.values)
        if (account.keys[key] == name) return &text;
    return nullptr;
}

void append_custom_fields(std::string& out, const Account& account, const Contact& c) {
    out += R"(,"custom_fields":[)";
    for (const auto& custom : account.fields) {
        const auto* text = value_of(account, c, "cf:" + custom.name);
        if (!text) continue;
        if (out.back() != '[') out += ',';
        append_quoted(out += R"({"custom_field_id":)", custom.id);
        field(out, "value", *text);
        out += '}';
    }
    out += ']';
}

void append_phone_numbers(std::string& out, const Account& account, const Contact& c) {
    out += R"(,"phone_numbers":[)";
    const std::pair<const char*, const char*> kinds[] = {
        {"phone", "other"}, {"home_phone", "home"}, {"work_phone", "work"}, {"mobile_phone", "mobile"}};
    for (const auto& [name, kind] : kinds) {
        const auto* text = value_of(account, c, name);
        if (!text) continue;
        if (out.back() != '[') out += ',';
        append_quoted(out += R"({"phone_number":)", *text);
        field(out, "kind", kind);
        out += '}';
    }
    out += ']';
}

void append_street_addresses(std::string& out, const Account& account, const Contact& c) {
    out += R"(,"street_addresses":[)";
    if (value_of(account, c, "street") || value_of(account, c, "city")) {
        out += R"({"kind":"home")";
        for (const char* name : {"street", "city", "state", "country"})
            if (const auto* text = value_of(account, c, name)) field(out, name, *text);
        if (const auto* text = value_of(account, c, "zip")) field(out, "postal_code", *text);
        out += '}';
    }
    out += ']';
}

}  // namespace

void append_contact(std::string& out, const Account& account, const Contact& c,
                    const std::vector<std::string>& include) {
    const auto wants = [&](const char* name) {
        return std::find(include.begin(), include.end(), name) != include.end();
    };
    append_quoted(out += R"({"contact_id":)", c.id);
    if (!c.email.empty()) {
        append_quoted(out += R"(,"email_address":{"address":)", c.email);
        field(out, "permission_to_send", print(c.permission));
        field(out, "created_at", print_moment(c.created));
        field(out, "updated_at", print_moment(c.updated));
        field(out, "opt_in_source", c.created_by_contact ? "Contact" : "Account");
        field(out, "opt_in_date", print_moment(c.opted_in));
        if (c.permission == Permission::unsubscribed) {
            field(out, "opt_out_source", c.opted_out_by_account ? "Account" : "Contact");
            field(out, "opt_out_date", print_moment(c.opted_out));
            field(out, "opt_out_reason", "");
        }
        field(out, "confirm_status", c.permission == Permission::pending ? "pending" : "off");
        out += '}';
    }
    for (const char* name : {"first_name", "last_name", "job_title", "company_name", "anniversary"})
        if (const auto* text = value_of(account, c, name)) field(out, name, *text);
    for (const char* name : {"birthday_month", "birthday_day"})
        if (const auto* text = value_of(account, c, name))
            (append_quoted(out += ',', name), out += ':') += *text;
    field(out, "create_source", c.created_by_contact ? "Contact" : "Account");
    field(out, "update_source", "Account");
    field(out, "created_at", print_moment(c.created));
    field(out, "updated_at", print_moment(c.updated));
    if (c.deleted) field(out, "deleted_at", print_moment(c.updated));
    if (wants("list_memberships")) texts(out, "list_memberships", c.lists);
    if (wants("taggings")) texts(out, "taggings", c.tags);
    if (wants("custom_fields")) append_custom_fields(out, account, c);
    if (wants("phone_numbers")) append_phone_numbers(out, account, c);
    if (wants("street_addresses")) append_street_addresses(out, account, c);
    out += '}';
}

}  // namespace audienced::sandbox::constant_contact
