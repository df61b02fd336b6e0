#include "provider/constant_contact/wire/requests.hpp"

#include <nlohmann/json.hpp>

#include "provider/constant_contact/wire/limits.hpp"

namespace audienced::provider::constant_contact {
namespace {

using nlohmann::json;

Call get(std::string path) {
    Call c;
    c.path = std::move(path);
    c.timeout = call_timeout;
    c.max_response_bytes = max_reply_bytes;
    return c;
}

Call post(std::string path, const json& body) {
    Call c = get(std::move(path));
    c.method = http::Method::post;
    c.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    c.writes = true;
    return c;
}

json ids_of(std::span<const std::string> contact_ids) {
    json source;
    source["contact_ids"] = json::array();
    for (const std::string& id : contact_ids) source["contact_ids"].push_back(id);
    return source;
}

}  // namespace

Call ask_account() {
    return get("/v3/account/summary");
}
Call ask_one_list() {
    return get("/v3/contact_lists?limit=1");
}
Call ask_lists() {
    return get("/v3/contact_lists?limit=" + std::to_string(page_size) + "&include_membership_count=active");
}
Call ask_next(std::string path) {
    return get(std::move(path));
}
Call ask_tags() {
    return get("/v3/contact_tags?limit=" + std::to_string(page_size));
}
Call ask_activities() {
    return get("/v3/activities?limit=" + std::to_string(page_size));
}

Call ask_list(std::string_view list, std::string_view counted) {
    return get("/v3/contact_lists/" + http::percent_encode(list) +
               "?include_membership_count=" + std::string(counted));
}

Call ask_custom_fields() {
    return get("/v3/contact_custom_fields?limit=" + std::to_string(fields_page_size));
}

Call ask_activity(std::string_view id) {
    return get("/v3/activities/" + http::percent_encode(id));
}

Call make_custom_field(std::string_view label) {
    json body;
    body["label"] = label;
    body["type"] = "string";
    return post("/v3/contact_custom_fields", body);
}

Call make_tag(std::string_view name) {
    json body;
    body["name"] = name;
    return post("/v3/contact_tags", body);
}

Call ask_contacts(const ContactsQuery& query) {
    std::string path = "/v3/contacts?limit=" + std::to_string(page_size);
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty()) path += std::string("&") + key + "=" + http::percent_encode(value);
    };
    add("status", query.status);
    add("lists", query.list);
    add("tags", query.tag);
    add("email", query.address);
    if (query.updated_after) add("updated_after", to_iso8601(*query.updated_after));
    if (query.optout_after) add("optout_after", to_iso8601(*query.optout_after));
    if (query.lists) path += "&include=list_memberships";
    if (query.count) path += "&include_count=true";
    return get(std::move(path));
}

Call ask_contact(std::string_view contact_id) {
    return get("/v3/contacts/" + http::percent_encode(contact_id) + "?include=list_memberships");
}

Call ask_whole_contact(std::string_view contact_id) {
    return get("/v3/contacts/" + http::percent_encode(contact_id) +
               "?include=list_memberships,taggings,custom_fields");
}

Call import_contacts(ImportBody body) {
    Call c = get(body.form == ImportBody::Form::csv ? "/v3/activities/contacts_file_import"
                                                    : "/v3/activities/contacts_json_import");
    c.method = http::Method::post;
    c.content_type = std::move(body.content_type);
    c.body = std::move(body.body);
    c.writes = true;
    c.timeout = import_timeout;
    // After a lost answer the import may be under way, and a second one would put back a member that leaves
    // meanwhile: the caller looks for the lost job first.
    c.attempts = 1;
    return c;
}

Call change_list(std::string_view list, std::span<const std::string> contact_ids, bool add) {
    json body;
    body["source"] = ids_of(contact_ids);
    body["list_ids"] = json::array({list});
    return post(add ? "/v3/activities/add_list_memberships" : "/v3/activities/remove_list_memberships", body);
}

Call change_tag(std::string_view tag, std::span<const std::string> contact_ids, bool add) {
    json body;
    body["source"] = ids_of(contact_ids);
    body["tag_ids"] = json::array({tag});
    return post(add ? "/v3/activities/contacts_taggings_add" : "/v3/activities/contacts_taggings_remove",
                body);
}

}  // namespace audienced::provider::constant_contact
