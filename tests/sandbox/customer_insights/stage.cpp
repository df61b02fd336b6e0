// The stage of Customer Insights: an instance, its customers, and who is in which segment.
#include <algorithm>

#include "base/text.hpp"
#include "control/plain.hpp"
#include "customer_insights/model.hpp"
#include "customer_insights/routes.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::customer_insights {
namespace {

using control::done;
using control::numbered;
using control::refused;

Reply make_instance(World& world, const json& body) {
    const std::string id = text_of(body, "id", world.uuid());
    Instance& instance = world.of<customer_insights::Instances>().by_id[id];
    instance.id = id;
    instance.name = text_of(body, "name", "Contoso");
    instance.subscription_keys = texts_of(body, "subscription_keys");
    instance.columns = texts_of(body, "columns");
    instance.email_column = text_of(body, "email_column", "EMail");
    return json_reply(200, {{"id", id}});
}

/// JSON lines {"CustomerId":…, "values":{…}, "segments":[…]}; "count" and {n} as everywhere.
Reply seed(World& world, Instance& instance, const Request& request) {
    std::string_view rest = request.body;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const auto line = trim(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (line.empty()) continue;
        const auto item = parse_json(line);
        if (!item || !item->is_object()) return refused("a line is not a JSON object");
        const auto first = static_cast<std::uint64_t>(number_of(*item, "first", 1));
        const auto count = static_cast<std::uint64_t>(number_of(*item, "count", 1));
        for (std::uint64_t n = first; n < first + count; ++n) {
            Row row;
            row.customer_id = numbered(text_of(*item, "CustomerId", "c{n}"), n);
            if (item->contains("values"))
                for (const auto& [column, value] : (*item)["values"].items())
                    row.values.emplace_back(
                        column, value.is_string() ? sandbox::quoted(numbered(value.get<std::string>(), n))
                                                  : print_json(value));
            for (const auto& name : texts_of(*item, "segments")) {
                Segment& segment = instance.segments[name];
                segment.name = name;
                if (segment.friendly_name.empty()) segment.friendly_name = name;
                if (segment.evaluated == 0) segment.evaluated = world.now();
                segment.rows.push_back(instance.rows.size());
            }
            instance.rows.push_back(std::move(row));
        }
    }
    return json_reply(200, {{"customers", instance.rows.size()}});
}

Reply change_segment(World& world, Instance& instance, const json& body) {
    Segment& segment = instance.segments[text_of(body, "name")];
    segment.name = text_of(body, "name");
    segment.friendly_name = text_of(body, "friendlyName", segment.name);
    segment.state = text_of(body, "state", segment.state);
    segment.job_status = text_of(body, "jobStatus", segment.job_status);
    segment.evaluated = world.now();
    return done();
}

/// The same id again changes the job.
Reply put_job(World& world, Instance& instance, const json& body) {
    const std::string id = text_of(body, "id", world.uuid());
    auto job =
        std::find_if(instance.jobs.begin(), instance.jobs.end(), [&](const Job& j) { return j.id == id; });
    if (job == instance.jobs.end()) {
        job = instance.jobs.insert(instance.jobs.begin(), Job{id, "all", "running", world.now(), {}});
        job->submitted += static_cast<double>(instance.jobs.size());  // whole seconds tell them apart
    }
    job->operation = text_of(body, "operation", job->operation);
    job->status = text_of(body, "status", job->status);
    if (body.contains("tasks")) {
        job->tasks.clear();
        for (const auto& [operation, status] : body["tasks"].items())
            job->tasks.emplace_back(operation, status.get<std::string>());
    }
    return json_reply(200, {{"id", id}});
}

}  // namespace

std::optional<Reply> answer_stage(World& world, const Request& request) {
    const auto& s = request.segments;
    if (s.size() < 3 || s[2] != "instances" || request.method != "POST") return std::nullopt;
    const auto body = s.back() == "seed" ? json::object() : parse_json(request.body).value_or(json());
    if (!body.is_object()) return refused("not a JSON object");
    if (s.size() == 3) return make_instance(world, body);
    const auto found = world.of<customer_insights::Instances>().by_id.find(s[3]);
    if (found == world.of<customer_insights::Instances>().by_id.end()) return refused("no such instance");
    if (s.size() == 5 && s[4] == "seed") return seed(world, found->second, request);
    if (s.size() == 5 && s[4] == "jobs") return put_job(world, found->second, body);
    if (s.size() == 5 && s[4] == "segments") return change_segment(world, found->second, body);
    return std::nullopt;
}

}  // namespace audienced::sandbox::customer_insights
