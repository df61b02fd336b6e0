// The fields of an audience. Ten a page unless asked for more: a classic trap.
#include <algorithm>

#include "base/text.hpp"
#include "mailchimp/change.hpp"
#include "mailchimp/routes.hpp"
#include "wire/field_filter.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

constexpr std::string_view types[] = {"text",     "number", "address",  "phone",    "date", "url",
                                      "imageurl", "radio",  "dropdown", "birthday", "zip"};

json print_field(const MergeField& field, const std::string& list_id) {
    json options = json::object();
    if (field.type == "text") options["size"] = 25;
    if (field.type == "phone")
        options["phone_format"] = field.phone_format.empty() ? "none" : field.phone_format;
    if (field.type == "date")
        options["date_format"] = field.date_format.empty() ? "MM/DD/YYYY" : field.date_format;
    if (field.type == "birthday")
        options["date_format"] = field.date_format.empty() ? "MM/DD" : field.date_format;
    if (field.type == "address") options["default_country"] = 164;
    if (field.type == "dropdown" || field.type == "radio") options["choices"] = field.choices;
    return {{"merge_id", field.id},
            {"tag", field.tag},
            {"name", field.name},
            {"type", field.type},
            {"required", field.required},
            {"default_value", field.default_value},
            {"public", field.is_public},
            {"display_order", field.display_order},
            {"options", std::move(options)},
            {"help_text", field.help_text},
            {"list_id", list_id},
            {"_links", json::array()}};
}

bool valid_tag(const std::string& tag) {
    return !tag.empty() && tag.size() <= 10 && std::all_of(tag.begin(), tag.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

void read_options(const json& body, MergeField& field) {
    field.required = flag_of(body, "required", field.required);
    field.is_public = flag_of(body, "public", field.is_public);
    field.default_value = text_of(body, "default_value", field.default_value);
    field.help_text = text_of(body, "help_text", field.help_text);
    field.display_order = static_cast<int>(number_of(body, "display_order", field.display_order));
    if (!body.contains("options")) return;
    const json& options = body["options"];
    if (options.contains("choices")) field.choices = texts_of(options, "choices");
    field.date_format = text_of(options, "date_format", field.date_format);
    field.phone_format = text_of(options, "phone_format", field.phone_format);
}

MergeField* find_field(Call& call, List& list) {
    for (auto& field : list.fields)
        if (!field.removed && std::to_string(field.id) == call.params.at(1)) return &field;
    return nullptr;
}

Reply clash(const std::string& tag) {
    return invalid("A Merge Field with the tag \"" + tag + "\" already exists for this list.");
}

}  // namespace

Reply get_merge_fields(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    const std::size_t count = std::min<std::size_t>(call.request.number("count", 10), 1000);
    const std::size_t offset = call.request.number("offset", 0);
    json fields = json::array();
    std::size_t n = 0;
    for (const auto& field : (*list)->fields) {
        if (field.removed) continue;
        if (n >= offset && n < offset + count) fields.push_back(print_field(field, (*list)->id));
        ++n;
    }
    json body = {{"merge_fields", std::move(fields)},
                 {"list_id", (*list)->id},
                 {"total_items", n},
                 {"_links", json::array()}};
    FieldFilter(call.request).apply(body);
    return json_reply(200, body);
}

Reply get_merge_field(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    const MergeField* field = find_field(call, **list);
    return field ? json_reply(200, print_field(*field, (*list)->id)) : not_found();
}

Reply post_merge_field(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto body = read_body(call);
    if (!body) return body.error();
    MergeField field;
    field.name = text_of(*body, "name");
    field.type = text_of(*body, "type");
    if (field.name.empty())
        return schema_refusal(field_error("name", "Required fields were not provided: name"));
    if (field.type.empty())
        return schema_refusal(field_error("type", "Required fields were not provided: type"));
    if (std::find(std::begin(types), std::end(types), field.type) == std::end(types))
        return schema_refusal(field_error("type", "Value did not match any of the allowed values"));
    if (field.name.size() > 50)
        return invalid("Your merge field was invalid.",
                       field_error("name", "Please enter at most 50 characters"));
    field.id = ++(*list)->next_field;
    field.tag = upper(text_of(*body, "tag", "MMERGE" + std::to_string(field.id)));
    if (!valid_tag(field.tag))
        return invalid(
            "Your merge field was invalid.",
            field_error("tag", "Merge tags may be at most 10 characters: letters, digits and underscores"));
    if ((*list)->field(field.tag) || field.tag == "EMAIL") return clash(field.tag);
    const auto live = std::count_if((*list)->fields.begin(), (*list)->fields.end(),
                                    [](const auto& f) { return !f.removed; });
    if (live >= call.world.knobs.mc_merge_field_limit)
        return invalid("This list already has the maximum number of merge fields.");
    field.display_order = field.id + 1;
    read_options(*body, field);
    (*list)->fields.push_back(field);
    ++(*list)->version;
    return json_reply(200, print_field(field, (*list)->id));
}

Reply patch_merge_field(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto body = read_body(call);
    if (!body) return body.error();
    MergeField* field = find_field(call, **list);
    if (!field) return not_found();
    const std::string tag = upper(text_of(*body, "tag", field->tag));
    if (tag != field->tag && (*list)->field(tag)) return clash(tag);
    if (!valid_tag(tag))
        return invalid("Your merge field was invalid.", field_error("tag", "Not a merge tag"));
    field->tag = tag;
    field->name = text_of(*body, "name", field->name);
    read_options(*body, *field);
    return json_reply(200, print_field(*field, (*list)->id));
}

Reply delete_merge_field(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    MergeField* field = find_field(call, **list);
    if (!field) return not_found();
    delete_field(**list, *field);
    return empty_reply(204);
}

}  // namespace audienced::sandbox::mailchimp
