// Reading segments of Customer Insights: 100 rows a page, by $top and $skip; both a token and a subscription
// key needed.
#include "customer_insights/routes.hpp"

#include <algorithm>

#include "customer_insights/model.hpp"
#include "login/desk.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::customer_insights {
namespace {

Reply error(int status, const std::string& code, const std::string& message) {
    return json_reply(
        status, {{"errorCode", code}, {"message", message}, {"target", nullptr}, {"details", json::array()}});
}

std::optional<Reply> check_access(World& world, const Request& request, Instance* instance) {
    const auto header = request.header("authorization");
    const auto found =
        world.login->access.find(header.starts_with("Bearer ") ? std::string(header.substr(7)) : "");
    const auto refuse = [](const char* why) {
        Reply reply = error(401, "Unauthorized", why);
        reply.headers.emplace_back("WWW-Authenticate", "Bearer");
        return reply;
    };
    if (found == world.login->access.end() || found->second.until <= world.now())
        return refuse("The access token is missing or invalid.");
    if (!instance) return std::nullopt;
    const std::string key(request.header("ocp-apim-subscription-key"));
    const auto& keys = instance->subscription_keys;
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
        return refuse("Access denied due to invalid subscription key.");
    auto& calls = instance->last_minute;
    while (!calls.empty() && world.now() - calls.front() >= 60) calls.pop_front();
    if (world.knobs.ci_per_minute > 0 && static_cast<int>(calls.size()) >= world.knobs.ci_per_minute)
        return error(429, "TooManyRequests", "Rate limit is exceeded.");
    calls.push_back(world.now());
    return std::nullopt;
}

json print_segment(const Segment& segment) {
    return {{"name", segment.name},
            {"friendlyName", segment.friendly_name},
            {"state", segment.state},
            {"version", 1},
            {"evaluationStatus",
             {{"jobStatus", segment.job_status},
              {"evaluationDate", print_time(static_cast<std::int64_t>(segment.evaluated), "Z")},
              {"entityCount", segment.rows.size()},
              {"lastSuccessfulRunId", "run-1"}}}};
}

/// IsMemberOfSegment('name') as found in $filter.
std::string member_of(const std::string& filter) {
    const auto open = filter.find("IsMemberOfSegment('");
    if (open == std::string::npos) return {};
    const auto from = open + 19;
    return filter.substr(from, filter.find('\'', from) - from);
}

Reply get_rows(World& world, Instance& instance, const Request& request, const std::string& entity) {
    const std::string filter = request.param("$filter").value_or("");
    const std::string name = entity == "Customer" ? member_of(filter) : entity;
    const Segment* segment = nullptr;
    if (!name.empty()) {
        const auto found = instance.segments.find(name);
        if (found == instance.segments.end())
            return error(404, "NotFound", "The entity or segment does not exist.");
        segment = &found->second;
    }
    const std::size_t total = segment ? segment->rows.size() : instance.rows.size();
    std::size_t top = request.number("$top", 100);
    if (world.knobs.ci_page_limit > 0)
        top = std::min(top, static_cast<std::size_t>(world.knobs.ci_page_limit));
    const std::size_t skip = std::min(request.number("$skip", 0), total);
    const std::string select = "," + request.param("$select").value_or("*") + ",";
    const bool all = select == ",*,";
    Reply reply;
    std::string& out = reply.body = R"({"@odata.context":"$metadata#)" + entity + R"(","value":[)";
    for (std::size_t i = skip; i < total && i < skip + top; ++i) {
        const Row& row = instance.rows[segment ? segment->rows[i] : i];
        if (i > skip) out += ',';
        append_quoted(out += R"({"CustomerId":)", row.customer_id);
        for (const auto& column : instance.columns) {
            if (!all && select.find("," + column + ",") == std::string::npos) continue;
            append_quoted(out += ',', column);
            out += ':';
            const auto found = std::find_if(row.values.begin(), row.values.end(),
                                            [&](const auto& v) { return v.first == column; });
            out += found == row.values.end() ? "null" : found->second;
        }
        out += '}';
    }
    out += "]}";
    return reply;
}

Reply get_entity(const Instance& instance, const std::string& name) {
    json attributes = json::array();
    attributes.push_back({{"name", "CustomerId"}, {"dataType", "Edm.String"}});
    for (const auto& column : instance.columns) {
        attributes.push_back({{"name", column}, {"dataType", "Edm.String"}});
        if (column == instance.email_column) attributes.back()["semanticType"] = "IdentityServiceEmail";
    }
    return json_reply(200,
                      {{"name", name}, {"qualifiedEntityName", name}, {"attributes", std::move(attributes)}});
}

Reply get_jobs(const Instance& instance) {
    json list = json::array();
    for (const Job& job : instance.jobs) {
        json tasks = json::array();
        for (const auto& [operation, status] : job.tasks)
            tasks.push_back({{"operationType", operation}, {"taskStatus", status}});
        list.push_back({{"jobId", job.id},
                        {"jobType", "full"},
                        {"jobSubmissionKind", "scheduled"},
                        {"operationType", job.operation},
                        {"jobStatus", job.status},
                        {"submittedTimestamp", print_time(static_cast<std::int64_t>(job.submitted), "Z")},
                        {"tasks", std::move(tasks)}});
    }
    return json_reply(200, list);
}

/// The documentation and the client library disagree on where the jobs of a workflow lie.
bool asks_for_jobs(const World& world, const std::vector<std::string>& s) {
    if (world.knobs.ci_jobs_at == "workflows")
        return s.size() == 6 && s[3] == "workflows" && s[4] == "main" && s[5] == "jobs";
    return world.knobs.ci_jobs_at == "manage" && s.size() == 7 && s[3] == "manage" && s[4] == "workflows" &&
           s[5] == "main" && s[6] == "jobs";
}

Reply route(World& world, Instance& instance, const Request& request) {
    const auto& s = request.segments;
    if (asks_for_jobs(world, s)) return get_jobs(instance);
    if (s.size() == 5 && s[3] == "data") return get_rows(world, instance, request, s[4]);
    if (s.size() == 5 && s[3] == "manage" && s[4] == "segments") {
        json list = json::array();
        for (const auto& [name, segment] : instance.segments) list.push_back(print_segment(segment));
        return json_reply(200, list);
    }
    if (s.size() >= 6 && s[3] == "manage" && s[4] == "entities") {
        const auto segment = instance.segments.find(s[5]);
        if (s[5] != "Customer" && segment == instance.segments.end())
            return error(404, "NotFound", "No such entity.");
        const std::size_t rows =
            segment == instance.segments.end() ? instance.rows.size() : segment->second.rows.size();
        if (s.size() == 6) return get_entity(instance, s[5]);
        if (s[6] == "entitysize")
            return json_reply(200, {{"qualifiedEntityName", s[5]}, {"size", rows * 100}, {"rowCount", rows}});
    }
    return error(404, "NotFound", "Resource not found.");
}

}  // namespace

Reply answer(World& world, const Request& request) {
    const auto& s = request.segments;
    Instance* instance = nullptr;
    if (s.size() >= 3) {
        const auto found = world.of<customer_insights::Instances>().by_id.find(s[2]);
        if (found != world.of<customer_insights::Instances>().by_id.end()) instance = &found->second;
    }
    Reply reply;
    if (auto refusal = check_access(world, request, instance)) {
        reply = std::move(*refusal);
    } else if (s.size() == 2 && s[1] == "instances") {
        json list = json::array();
        for (const auto& [id, known] : world.of<customer_insights::Instances>().by_id)
            list.push_back({{"instanceId", id}, {"name", known.name}, {"instanceType", "Production"}});
        reply = json_reply(200, list);
    } else if (!instance || request.method != "GET") {
        reply = error(404, "NotFound", "No such instance.");
    } else {
        reply = route(world, *instance, request);
    }
    reply.kind = request.method + " /v1/instances/{instance}" + (s.size() > 3 ? "/" + s[3] : "");
    reply.write = request.method != "GET";
    return reply;
}

}  // namespace audienced::sandbox::customer_insights
