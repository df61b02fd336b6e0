#include "source/cdm/model.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "source/cdm/format.hpp"

namespace audienced::source::cdm {
namespace {
using json = nlohmann::json;

std::string text_at(const json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

const json& list_at(const json& object, const char* key) {
    static const json none = json::array();
    const auto it = object.find(key);
    return it != object.end() && it->is_array() ? *it : none;
}

result<json> parse(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    json root = json::parse(text, nullptr, false);
    if (root.is_discarded())
        return retryable(Errc::not_ready, "model.json is not valid JSON",
                         "it may not be written to its end yet; otherwise export it again");
    if (!root.is_object() || !root.contains("entities") || !root["entities"].is_array())
        return make_error(Errc::bad_config, "model.json has no list of entities",
                          "is this a Common Data Model folder?");
    return root;
}

bool is_local(const json& entity) {
    return entity.is_object() && text_at(entity, "$type") != "ReferenceEntity" &&
           !text_at(entity, "name").empty();
}

/// Formats of an entity, from its own annotations or, where it has none, the model's.
std::string annotation(const json& root, const json& entity, std::string_view name) {
    for (const json* holder : {&entity, &root})
        for (const json& a : list_at(*holder, "annotations"))
            if (a.is_object() && iequals(text_at(a, "name"), name)) return text_at(a, "value");
    return {};
}

result<Entity> read_entity(const json& root, const json& from) {
    Entity entity;
    entity.name = text_at(from, "name");
    entity.date_format = annotation(root, from, "ci:CustomDateFormat");
    entity.timestamp_format = annotation(root, from, "ci:CustomTimestampFormat");
    for (const json& a : list_at(from, "attributes"))
        if (a.is_object())
            entity.attributes.push_back({text_at(a, "name"), ascii_lower(text_at(a, "dataType"))});
    for (const json& p : list_at(from, "partitions")) {
        if (!p.is_object()) return make_error(Errc::bad_config, entity.name + " has a malformed partition");
        Partition partition;
        partition.name = text_at(p, "name");
        partition.location = text_at(p, "location");
        partition.refresh_time = text_at(p, "refreshTime");
        if (partition.location.empty()) continue;  // null: the shape alone
        if (auto fine = read_format(p, partition); !fine) return fine.error();
        entity.partitions.push_back(std::move(partition));
    }
    if (entity.partitions.empty())
        return retryable(Errc::not_ready,
                         "the entity " + entity.name + " has no partition: nothing was exported yet");
    return entity;
}

}  // namespace

result<Model> parse_model(std::string_view text) {
    auto root = parse(text);
    if (!root) return root.error();
    Model model;
    model.name = text_at(*root, "name");
    model.culture = text_at(*root, "culture");
    model.modified_time = text_at(*root, "modifiedTime");
    for (const json& e : (*root)["entities"])
        if (is_local(e)) model.entities.push_back(text_at(e, "name"));
    return model;
}

result<Entity> parse_entity(std::string_view text, const std::string& name) {
    auto root = parse(text);
    if (!root) return root.error();
    const json* found = nullptr;
    std::string names;
    for (const json& e : (*root)["entities"]) {
        if (!e.is_object()) continue;
        const std::string here = text_at(e, "name");
        if (here == name && !is_local(e))
            return make_error(Errc::usage,
                              "the entity " + name + " lies in another model, this one only refers to it",
                              "add a source for that model");
        if (here == name && found)
            return make_error(Errc::bad_config, "the model has two entities named " + name);
        if (here == name) found = &e;
        if (is_local(e)) names += (names.empty() ? "" : ", ") + here;
    }
    if (!found)
        return make_error(Errc::not_found, "the model has no entity " + name, "its entities are: " + names);
    return read_entity(*root, *found);
}

}  // namespace audienced::source::cdm
