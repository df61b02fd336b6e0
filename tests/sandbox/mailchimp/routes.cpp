#include "mailchimp/routes.hpp"

#include "mailchimp/auth.hpp"
#include "mailchimp/batches.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

using Handler = Reply (*)(Call&);
struct Route {
    const char* method;
    std::vector<std::string> pattern;
    Handler handler;
    std::string kind;
};

std::vector<std::string> split(const std::string& path) {
    Request request;
    request.target = path;
    split_target(request);
    return request.segments;
}

std::vector<Route> make_routes() {
    const std::string list = "/3.0/lists/{list}", member = list + "/members/{member}",
                      segment = list + "/segments/{segment}";
    const struct {
        const char* method;
        std::string path;
        Handler handler;
    } table[] = {
        {"GET", "/3.0", get_root},
        {"GET", "/3.0/ping", get_ping},
        {"GET", "/3.0/batches", get_batches},
        {"POST", "/3.0/batches", post_batch},
        {"GET", "/3.0/batches/{batch}", get_batch},
        {"DELETE", "/3.0/batches/{batch}", delete_batch},
        {"GET", "/3.0/lists", get_lists},
        {"GET", list, get_list},
        {"POST", list, bulk_upsert},
        {"GET", list + "/members", get_members},
        {"POST", list + "/members", post_member},
        {"GET", member, get_member},
        {"PUT", member, put_member},
        {"PATCH", member, patch_member},
        {"DELETE", member, archive_member},
        {"POST", member + "/actions/delete-permanent", delete_member_for_good},
        {"GET", member + "/tags", get_member_tags},
        {"POST", member + "/tags", post_member_tags},
        {"GET", list + "/tag-search", search_tags},
        {"GET", list + "/segments", get_segments},
        {"POST", list + "/segments", post_segment},
        {"GET", segment, get_segment},
        {"POST", segment, batch_segment_members},
        {"PATCH", segment, patch_segment},
        {"DELETE", segment, delete_segment},
        {"GET", segment + "/members", get_segment_members},
        {"POST", segment + "/members", post_segment_member},
        {"DELETE", segment + "/members/{member}", delete_segment_member},
        {"GET", list + "/merge-fields", get_merge_fields},
        {"POST", list + "/merge-fields", post_merge_field},
        {"GET", list + "/merge-fields/{field}", get_merge_field},
        {"PATCH", list + "/merge-fields/{field}", patch_merge_field},
        {"DELETE", list + "/merge-fields/{field}", delete_merge_field},
        {"GET", list + "/interest-categories", get_interest_categories},
        {"GET", list + "/interest-categories/{category}/interests", get_interests},
    };
    std::vector<Route> routes;
    for (const auto& row : table)
        routes.push_back(
            Route{row.method, split(row.path), row.handler, std::string(row.method) + " " + row.path});
    return routes;
}

bool match(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
           std::vector<std::string>& params) {
    if (pattern.size() != path.size()) return false;
    params.clear();
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (pattern[i][0] == '{')
            params.push_back(path[i]);
        else if (pattern[i] != path[i])
            return false;
    }
    return true;
}

/// Owners, Admins and Managers import contacts; Authors and Viewers do not.
bool may_write(const User& user) {
    return user.role != "viewer" && user.role != "author";
}

}  // namespace

Reply answer(World& world, const Request& request) {
    static const std::vector<Route> routes = make_routes();
    Access access = check_access(world, request);
    Reply reply;
    std::vector<std::string> params;
    const Route* found = nullptr;
    std::string allowed;
    for (const auto& route : routes) {
        if (!match(route.pattern, request.segments, params)) continue;
        if (request.method == route.method) {
            found = &route;
            break;
        }
        if (!allowed.empty()) allowed += ", ";
        allowed += route.method;
    }
    if (access.refusal) {
        reply = std::move(*access.refusal);
    } else if (!found && !allowed.empty()) {
        reply = problem(405, "Method Not Allowed", "The requested method and resource are not compatible.");
        reply.headers.emplace_back("Allow", allowed);
    } else if (!found) {
        reply = not_found();
    } else if (request.method != "GET" && !may_write(*access.user)) {
        reply =
            problem(403, "User action not permitted", "User does not have access to the requested operation");
    } else {
        Call call{world, *access.account, request, std::move(params), access.secret};
        reply = found->handler(call);
    }
    reply.kind = found ? found->kind : request.method + " /3.0/(other)";
    reply.write = request.method != "GET";
    const std::string id = world.uuid();
    if (reply.content_type.starts_with("application/problem")) {
        const auto place = reply.body.find(R"("instance":"")");
        if (place != std::string::npos) reply.body.insert(place + 12, id);
    }
    reply.headers.emplace_back("X-Request-Id", id);
    reply.headers.emplace_back("Link", "<https://us6.api.mailchimp.com/schema/3.0/>; rel=\"describedBy\"");
    return reply;
}

Step<List*> find_list(Call& call) {
    const auto found = call.account.lists.find(call.params.at(0));
    if (found == call.account.lists.end()) return not_found();
    return found->second.get();
}

Member* known_member(Call& call, List& list) {
    Member* member = list.find_id(call.params.at(1));
    return member && member->status != Status::forgotten ? member : nullptr;
}

Step<json> read_body(Call& call) {
    auto body = parse_json(call.request.body.empty() ? "{}" : std::string_view(call.request.body));
    if (!body) return problem(400, "JSON Parse Error", "We encountered an unspecified JSON parsing error.");
    if (!body->is_object()) {
        FieldErrors errors;
        errors.emplace_back("",
                            std::string("Schema describes object, ") + body->type_name() + " found instead");
        return schema_refusal(errors);
    }
    return std::move(*body);
}

}  // namespace audienced::sandbox::mailchimp
