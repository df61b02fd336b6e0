// Custom fields, tags, and what the account says of itself.
#include <algorithm>

#include "base/text.hpp"
#include "constant_contact/change.hpp"
#include "constant_contact/routes.hpp"
#include "constant_contact/staff.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

json print_field(const CustomField& field) {
    json out = {{"custom_field_id", field.id},
                {"label", field.label},
                {"name", field.name},
                {"type", field.type},
                {"version", field.version},
                {"created_at", print_moment(field.created)},
                {"updated_at", print_moment(field.created)}};
    for (const auto& choice : field.choices)
        out["choices"].push_back({{"choice_id", out["choices"].size() + 1}, {"choice_label", choice}});
    json metadata = json::object();
    if (field.type == "number" || field.type == "currency") {
        metadata["integer"] = field.integer;
        if (field.decimal_places > 0) metadata["decimal_places"] = field.decimal_places;
    }
    if (field.type == "number") metadata["allow_negative"] = field.allow_negative;
    if (!field.currency_code.empty()) metadata["currency_code"] = field.currency_code;
    if (!metadata.empty()) out["metadata"] = std::move(metadata);
    return out;
}

/// Paged answers of both collections: the default page of 50 is a trap of its own.
json paged(const Request& request, json all, const char* name, const char* path, std::size_t limit) {
    const std::size_t from = request.number("cursor", 0);
    json items = json::array();
    for (std::size_t i = from; i < all.size() && i < from + limit; ++i) items.push_back(all[i]);
    json body;
    body[name] = std::move(items);
    if (from + limit < all.size())
        body["_links"]["next"]["href"] =
            std::string(path) + "?limit=" + std::to_string(limit) + "&cursor=" + std::to_string(from + limit);
    return body;
}

}  // namespace

void read_field_limits(const json& body, CustomField& field) {
    if (const auto choices = body.find("choices"); choices != body.end() && choices->is_array())
        for (const auto& choice : *choices)
            field.choices.push_back(choice.is_string() ? choice.get<std::string>()
                                                       : text_of(choice, "choice_label"));
    const auto metadata = body.find("metadata");
    if (metadata == body.end() || !metadata->is_object()) return;
    field.integer = flag_of(*metadata, "integer");
    field.allow_negative = flag_of(*metadata, "allow_negative");
    field.decimal_places = static_cast<int>(number_of(*metadata, "decimal_places"));
    field.currency_code = text_of(*metadata, "currency_code");
}

Reply get_fields(Call& call) {
    const std::size_t limit = call.request.number("limit", 50);
    if (limit < 1 || limit > 100) return invalid("limit must be between 1 and 100.");
    json all = json::array();
    for (const auto& field : call.account.fields) all.push_back(print_field(field));
    return json_reply(
        200, paged(call.request, std::move(all), "custom_fields", "/v3/contact_custom_fields", limit));
}

Reply post_field(Call& call) {
    auto body = read_body(call);
    if (!body) return body.error();
    CustomField field;
    field.label = std::string(trim(text_of(*body, "label")));
    field.type = text_of(*body, "type");
    constexpr std::string_view types[] = {"string",  "date",      "datetime",      "number",      "currency",
                                          "boolean", "text_area", "single_select", "multi_select"};
    if (field.label.empty() || field.label.size() > 50)
        return invalid("label is missing or longer than 50 characters.");
    if (std::find(std::begin(types), std::end(types), field.type) == std::end(types))
        return invalid("type is invalid.");
    for (const auto& known : call.account.fields)
        if (iequals(known.label, field.label)) return conflict("Validation failed: label is not unique");
    if (call.account.fields.size() >= 100) return invalid("The account already has 100 custom fields.");
    field.id = call.world.uuid();
    field.name = ascii_lower(field.label);
    std::replace_if(
        field.name.begin(), field.name.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
    field.version = static_cast<int>(number_of(*body, "version", 1));
    field.created = call.world.now();
    read_field_limits(*body, field);
    const bool dropdown =
        body->contains("metadata") && text_of((*body)["metadata"], "display_type") == "dropdown";
    if (field.choices.size() > (dropdown ? 100u : 20u)) return invalid("There are too many choices.");
    call.account.fields.push_back(field);
    return json_reply(201, print_field(field));
}

Reply remove_field(Call& call) {
    return delete_field(call.account, call.params.at(0)) ? empty_reply(204) : not_found();
}

Reply get_tags(Call& call) {
    const std::size_t limit = call.request.number("limit", 50);
    if (limit < 1 || limit > 500) return invalid("limit must be between 1 and 500.");
    json all = json::array();
    for (const auto& [id, name] : call.account.tags)
        all.push_back({{"tag_id", id}, {"name", name}, {"tag_source", "Contact"}});
    return json_reply(200, paged(call.request, std::move(all), "tags", "/v3/contact_tags", limit));
}

Reply post_tag(Call& call) {
    auto body = read_body(call);
    if (!body) return body.error();
    const std::string name = text_of(*body, "name");
    if (name.empty() || name.size() > 255) return invalid("name is missing or longer than 255 characters.");
    for (const auto& [id, known] : call.account.tags)
        if (known == name) return conflict("Validation failed: name is not unique");
    const std::string id = call.world.uuid();
    call.account.tags[id] = name;
    return json_reply(201, {{"tag_id", id}, {"name", name}, {"tag_source", "Contact"}});
}

Reply get_summary(Call& call) {
    return json_reply(200, {{"encoded_account_id", call.account.encoded_id},
                            {"organization_name", call.account.name},
                            {"first_name", "Olga"},
                            {"last_name", "Owner"},
                            {"contact_email", "owner@" + call.account.name + ".example"},
                            {"country_code", "US"},
                            {"time_zone_id", "US/Eastern"}});
}

Reply get_privileges(Call&) {
    json all = json::array();
    int id = 30;
    for (const char* name :
         {"contacts:read", "contacts:write", "contacts:lists:read", "contacts:lists:write"})
        all.push_back({{"privilege_id", id++}, {"privilege_name", name}});
    return json_reply(200, all);
}

}  // namespace audienced::sandbox::constant_contact
