#include "provider/constant_contact/wire/present_values.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provider/json_answer.hpp"

namespace audienced::provider::constant_contact {
namespace {

using nlohmann::json;

/// The element of `list` in which `key` is this text; null if there is none.
const json& element(const json& list, const char* key, std::string_view wanted) {
    static const json none;
    if (!list.is_array()) return none;
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const json& one) { return text(one, key) == wanted; });
    return found == list.end() ? none : *found;
}

/// What a contact does not have is left out of the answer.
std::optional<std::string> value_of_field(const json& contact, const std::string& field,
                                          const std::vector<Field>& custom) {
    if (field.starts_with("cf:")) {
        const auto known =
            std::find_if(custom.begin(), custom.end(), [&](const Field& f) { return f.name == field; });
        if (known == custom.end()) return std::nullopt;
        return text(element(at(contact, "custom_fields"), "custom_field_id", known->id), "value");
    }
    for (const char* kind : {"home", "work", "mobile", "other"}) {
        if (!field.starts_with(std::string(kind) + "_")) continue;
        std::string part = field.substr(std::string_view(kind).size() + 1);
        if (part == "phone") return text(element(at(contact, "phone_numbers"), "kind", kind), "phone_number");
        if (part == "zip") part = "postal_code";
        return text(element(at(contact, "street_addresses"), "kind", kind), part.c_str());
    }
    for (const char* plain : {"first_name", "last_name", "job_title", "company_name", "birthday_month",
                              "birthday_day", "anniversary"})
        if (field == plain) return text(contact, plain);
    return std::nullopt;
}

}  // namespace

result<PresentContact> read_present_values(std::string_view body, const std::vector<std::string>& fields,
                                           const std::vector<Field>& custom) {
    const json v = parse_answer(body);
    const json& contacts = at(v, "contacts");
    if (!contacts.is_array()) return unreadable("Constant Contact", "a contact");
    PresentContact out;
    if (contacts.empty()) return out;
    const json& contact = contacts.front();
    out.there = true;
    out.state = text(contact, "deleted_at").empty() ? text(at(contact, "email_address"), "permission_to_send")
                                                    : "deleted";
    for (const std::string& field : fields) out.values.push_back(value_of_field(contact, field, custom));
    return out;
}

}  // namespace audienced::provider::constant_contact
