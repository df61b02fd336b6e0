#include "control/routes.hpp"

#include "control/plain.hpp"
#include "services/service.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::control {
namespace {

Reply get_counters(World& world) {
    return json_reply(200, world.counters.print());
}

Reply reset_counters(World& world) {
    world.counters.reset();
    world.log.clear();
    return done();
}

Reply set_faults(World& world, const Request& request) {
    const auto body = parse_json(request.body);
    if (!body) return refused("not JSON");
    if (auto wrong = world.faults.set(*body); !wrong.empty()) return refused(wrong);
    return done();
}

Reply set_the_knobs(World& world, const Request& request) {
    const auto body = parse_json(request.body);
    if (!body) return refused("not JSON");
    if (auto wrong = set_knobs(world.knobs, *body); !wrong.empty())
        return refused("no such knob, or another type: " + wrong);
    return json_reply(200, print_knobs(world.knobs));
}

Reply release(World& world, const Request& request) {
    const auto body = parse_json(request.body.empty() ? "{}" : std::string_view(request.body));
    if (!body) return refused("not JSON");
    const std::string rule = text_of(*body, "rule");
    for (auto& [name, n] : world.held)
        if (rule.empty() || rule == name) ++world.releases[name];
    return done();
}

Reply set_clock(World& world, const Request& request) {
    const auto body = parse_json(request.body);
    if (!body) return refused("not JSON");
    if (body->contains("offset_seconds")) world.clock_offset = number_of(*body, "offset_seconds");
    world.clock_offset += number_of(*body, "advance_seconds");
    return json_reply(200, {{"now", world.now()}, {"iso", print_time(world.now_seconds(), "Z")}});
}

Reply get_log(World& world, const Request& request) {
    const auto last = request.number("last", world.log.size());
    json lines = json::array();
    const std::size_t from = world.log.size() > last ? world.log.size() - last : 0;
    for (std::size_t i = from; i < world.log.size(); ++i) {
        const LogLine& line = world.log[i];
        lines.push_back({{"n", line.number},
                         {"came", line.came},
                         {"at", line.at},
                         {"method", line.method},
                         {"target", line.target},
                         {"client", line.client},
                         {"account", line.account},
                         {"kind", line.kind},
                         {"fault", line.fault},
                         {"status", line.status},
                         {"bytes_in", line.bytes_in},
                         {"bytes_out", line.bytes_out},
                         {"in_flight", line.in_flight}});
    }
    return json_reply(200, lines);
}

std::uint64_t kind_calls(const json& counters, const std::string& kind) {
    std::uint64_t n = 0;
    for (const auto& [name, entry] : counters["calls"].items())
        if (name.find(kind) != std::string::npos) n += entry["total"].get<std::uint64_t>();
    return n;
}

}  // namespace

bool is_satisfied(const World& world, const Request& request) {
    const auto wanted = request.number("at_least", 1);
    if (const auto rule = request.param("held")) {
        const auto found = world.held.find(*rule);
        return found != world.held.end() && found->second >= static_cast<int>(wanted);
    }
    const json counters = world.counters.print();
    if (const auto rule = request.param("struck"))
        return counters["faults"].value(*rule, std::uint64_t{0}) >= wanted;
    if (const auto kind = request.param("kind")) return kind_calls(counters, *kind) >= wanted;
    if (const auto name = request.param("counter")) return counters.value(*name, std::uint64_t{0}) >= wanted;
    return true;
}

Reply answer(World& world, const Request& request) {
    const auto is = [&](std::string_view method, std::string_view path) {
        return request.method == method && request.path == path;
    };
    if (is("GET", "/sandbox")) return json_reply(200, {{"base_url", world.base_url}, {"now", world.now()}});
    if (is("GET", "/sandbox/counters")) return get_counters(world);
    if (is("POST", "/sandbox/counters/reset")) return reset_counters(world);
    if (is("GET", "/sandbox/log")) return get_log(world, request);
    if (is("POST", "/sandbox/faults")) return set_faults(world, request);
    if (is("GET", "/sandbox/faults")) return json_reply(200, world.faults.print());
    if (is("DELETE", "/sandbox/faults")) return world.faults.clear(), done();
    if (is("POST", "/sandbox/release")) return release(world, request);
    if (is("GET", "/sandbox/wait"))
        return json_reply(is_satisfied(world, request) ? 200 : 408, {{"done", is_satisfied(world, request)}});
    if (is("POST", "/sandbox/knobs")) return set_the_knobs(world, request);
    if (is("GET", "/sandbox/knobs")) return json_reply(200, print_knobs(world.knobs));
    if (is("POST", "/sandbox/clock")) return set_clock(world, request);
    for (const Service& service : services())
        if (request.segments.size() > 1 && request.segments[1] == service.stage)
            if (auto reply = service.answer_stage(world, request)) return std::move(*reply);
    if (auto reply = answer_apps(world, request)) return std::move(*reply);
    return refused("no such call of the control API: " + request.method + " " + request.path);
}

}  // namespace audienced::sandbox::control
