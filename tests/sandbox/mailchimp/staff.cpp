#include "mailchimp/staff.hpp"

#include "control/plain.hpp"
#include "mailchimp/change.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

using control::done;
using control::refused;

std::string change_tags(World& world, List& list, const json& body) {
    if (body.contains("rename_tag")) {
        Segment* tag = list.tag(text_of(body, "rename_tag"));
        if (!tag || list.tag(text_of(body, "to"))) return tag ? "that name is taken" : "no such tag";
        tag->name = text_of(body, "to");
        tag->updated = world.now_seconds();
        ++list.version;
    }
    if (body.contains("delete_tag")) {
        Segment* tag = list.tag(text_of(body, "delete_tag"));
        if (!tag) return "no such tag";
        delete_segment(world, list, *tag, Cause::person);
    }
    return {};
}

std::string change_fields(List& list, const json& body) {
    if (body.contains("delete_field")) {
        MergeField* field = list.field(text_of(body, "delete_field"));
        if (!field) return "no such field";
        delete_field(list, *field);
    }
    if (body.contains("make_field")) {
        MergeField field = field_from(body["make_field"], list.next_field + 1);
        if (list.field(field.tag)) return "that field is there";
        ++list.next_field;
        list.fields.push_back(std::move(field));
        ++list.version;
    }
    return {};
}

}  // namespace

MergeField field_from(const json& item, int id) {
    MergeField field;
    field.id = id;
    field.tag = item.is_string() ? item.get<std::string>() : text_of(item, "tag");
    field.name = text_of(item, "name", field.tag);
    field.type = text_of(item, "type", "text");
    field.required = flag_of(item, "required");
    field.choices = texts_of(item, "choices");
    field.phone_format = text_of(item, "phone_format");
    field.date_format = text_of(item, "date_format");
    field.display_order = id + 1;
    return field;
}

Reply change_list(World& world, const Request& request) {
    const auto body = parse_json(request.body);
    Account* owner = nullptr;
    List* list = world.of<mailchimp::Accounts>().find_list(request.segments[3], &owner);
    if (!body || !list) return refused(body ? "no such list" : "not JSON");
    if (body->contains("name")) list->name = text_of(*body, "name");
    if (auto wrong = change_tags(world, *list, *body); !wrong.empty()) return refused(wrong);
    if (auto wrong = change_fields(*list, *body); !wrong.empty()) return refused(wrong);
    if (flag_of(*body, "delete")) owner->lists.erase(request.segments[3]);
    return done();
}

}  // namespace audienced::sandbox::mailchimp
