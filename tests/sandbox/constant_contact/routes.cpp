#include "constant_contact/routes.hpp"

#include "base/text.hpp"
#include "login/desk.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

struct Route {
    const char* method;
    const char* path;
    Reply (*handler)(Call&);
    const char* need;  // "lists:read", "write" …, empty: nothing
};

constexpr Route routes[] = {
    {"GET", "contacts", get_contacts, "read"},
    {"POST", "contacts", post_contact, "write"},
    {"GET", "contacts/counts", count_contacts, "read"},
    {"POST", "contacts/sign_up_form", sign_up_form, "write"},
    {"PUT", "contacts/resubscribe/{id}", resubscribe, "write"},
    {"GET", "contacts/{id}", get_contact, "read"},
    {"PUT", "contacts/{id}", put_contact, "write"},
    {"DELETE", "contacts/{id}", remove_contact, "write"},
    {"GET", "contact_lists", get_lists, "lists:read"},
    {"POST", "contact_lists", post_list, "lists:write"},
    {"GET", "contact_lists/{id}", get_list, "lists:read"},
    {"PUT", "contact_lists/{id}", put_list, "lists:write"},
    {"DELETE", "contact_lists/{id}", remove_list, "lists:write"},
    {"GET", "contact_custom_fields", get_fields, "read"},
    {"POST", "contact_custom_fields", post_field, "write"},
    {"DELETE", "contact_custom_fields/{id}", remove_field, "write"},
    {"GET", "contact_tags", get_tags, "read"},
    {"POST", "contact_tags", post_tag, "write"},
    {"GET", "account/summary", get_summary, "account"},
    {"GET", "account/user/privileges", get_privileges, ""},
    {"POST", "activities/contacts_json_import", import_json, "write"},
    {"POST", "activities/contacts_file_import", import_file, "write"},
    {"POST", "activities/add_list_memberships", post_list_activity, "write"},
    {"POST", "activities/remove_list_memberships", post_list_activity, "write"},
    {"POST", "activities/contacts_taggings_add", post_list_activity, "write"},
    {"POST", "activities/contacts_taggings_remove", post_list_activity, "write"},
    {"POST", "activities/contact_delete", post_list_activity, "write"},
    {"POST", "activities/list_delete", post_list_activity, "write"},
    {"GET", "activities", get_activities, "write"},
    {"GET", "activities/{id}", get_activity, "write"},
};

bool match(std::string_view pattern, const std::vector<std::string>& path, std::vector<std::string>& params) {
    params.clear();
    for (std::size_t i = 1; i < path.size(); ++i) {
        const auto slash = pattern.find('/');
        const auto piece = pattern.substr(0, slash);
        if (piece.empty()) return false;
        if (piece[0] == '{')
            params.push_back(path[i]);
        else if (piece != path[i])
            return false;
        pattern = slash == std::string_view::npos ? std::string_view{} : pattern.substr(slash + 1);
    }
    return pattern.empty();
}

login::Access* access_of(World& world, const Request& request) {
    const auto header = request.header("authorization");
    if (!header.starts_with("Bearer ")) return nullptr;
    const auto found = world.login->access.find(std::string(header.substr(7)));
    if (found == world.login->access.end() || found->second.until <= world.now()) return nullptr;
    const auto app = world.login->apps.find(found->second.client_id);
    return app != world.login->apps.end() && app->second.provider == "constant_contact" ? &found->second
                                                                                        : nullptr;
}

bool may(const std::string& role, std::string_view need) {
    return role != "campaign_creator" || need == "lists:read" || need.empty() || need == "account";
}

Reply denied() {
    return gateway_error(403, "access_denied", "Request forbidden due to insufficient user privileges.");
}

}  // namespace

std::string client_of(World& world, const Request& request) {
    const auto* access = access_of(world, request);
    return access ? "constant_contact:" + access->client_id : "constant_contact:?";
}

std::string account_of(World& world, const Request& request) {
    const auto* access = access_of(world, request);
    return access ? access->account : "";
}

std::optional<Reply> gate(World& world, const Request& request) {
    const auto* access = access_of(world, request);
    if (!access) return gateway_error(401, "unauthorized", "Unauthorized");
    login::App& app = world.login->apps.at(access->client_id);
    if (app.deactivated) return denied();
    const double now = world.now();
    while (!app.last_second.empty() && now - app.last_second.front() >= 1.0) app.last_second.pop_front();
    if (world.knobs.cc_per_second > 0 &&
        static_cast<int>(app.last_second.size()) >= world.knobs.cc_per_second)
        return gateway_error(429, "throttled", "Too Many Requests");
    const auto day = static_cast<std::int64_t>(now) / 86400;
    if (app.day != day) {
        app.day = day;
        app.today = 0;
    }
    if (world.knobs.cc_per_day > 0 && app.today >= world.knobs.cc_per_day)
        return gateway_error(429, "quota_exceeded", "Limit Exceeded");
    app.last_second.push_back(now);
    ++app.today;
    return std::nullopt;
}

Reply answer(World& world, const Request& request) {
    const auto* access = access_of(world, request);
    Reply reply;
    std::vector<std::string> params;
    const Route* found = nullptr;
    bool path_known = false;
    for (const auto& route : routes) {
        if (!match(route.path, request.segments, params)) continue;
        path_known = true;
        if (request.method != route.method) continue;
        found = &route;
        break;
    }
    if (!access) {
        reply = gateway_error(401, "unauthorized", "Unauthorized");
    } else if (!found) {
        reply = path_known ? resource_error(405, "contacts.api.method_not_allowed", "Method not allowed")
                           : not_found();
    } else {
        Account& account = *world.of<constant_contact::Accounts>().by_name.at(access->account);
        const std::string scope = std::string(found->need) == "account" ? "account_read" : "contact_data";
        const bool scoped = found->need[0] == '\0' || access->scope.find(scope) != std::string::npos;
        if (!scoped || !may(account.users[access->user], found->need)) {
            reply = denied();
        } else {
            run_activities(world, account);
            Call call{world, account, request, std::move(params)};
            reply = found->handler(call);
        }
    }
    if (reply.content_type.starts_with("application/json")) reply.content_type = "application/json";
    reply.kind = request.method + " /v3/" + (found ? found->path : "(other)");
    reply.write = request.method != "GET";
    return reply;
}

Step<json> read_body(Call& call) {
    auto body = parse_json(call.request.body);
    if (!body || !body->is_object()) return invalid("Malformed JSON in the request body.");
    return std::move(*body);
}

std::string normalise_address(std::string_view text) {
    return ascii_lower(trim(text));
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return false;
    }
    return true;
}

}  // namespace audienced::sandbox::constant_contact
