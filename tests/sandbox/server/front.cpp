#include "server/front.hpp"

#include <limits>

#include "control/routes.hpp"
#include "login/desk.hpp"
#include "services/service.hpp"

namespace audienced::sandbox {

InFlight::InFlight(World& world, std::string client)
    : world_(world),
      client_(std::move(client)),
      at_once_(world.counters.begin(client_, std::chrono::steady_clock::now())) {}

InFlight::~InFlight() {
    world_.counters.end(client_);
}

bool is_control_call(const Request& request) {
    return !request.segments.empty() && request.segments[0] == "sandbox";
}

std::string client_of(World& world, const Request& request) {
    if (const Service* service = service_of(request)) return service->client_of(world, request);
    return login::is_login(request) ? "login" : "?";
}

std::optional<Reply> over_limit(World& world, const Request& request, const InFlight& call) {
    const Service* service = service_of(request);
    if (!service || !service->over_limit) return std::nullopt;
    return service->over_limit(world, request, call.at_once());
}

double latency_seconds(World& world, const Request& request) {
    const Service* service = service_of(request);
    return service && service->latency_seconds ? service->latency_seconds(world, request) : 0;
}

double timeout_seconds(const World& world, const Request& request) {
    const Service* service = service_of(request);
    return service && service->timeout_seconds ? service->timeout_seconds(world)
                                               : std::numeric_limits<double>::infinity();
}

Reply answer(World& world, const Request& request) {
    if (is_control_call(request)) return control::answer(world, request);
    if (const Service* service = service_of(request)) return service->answer(world, request);
    if (login::is_login(request)) return login::answer(world, request);
    Reply reply = text_reply(403, "application/json", R"({"message":"Forbidden"})");
    reply.kind = request.method + " (elsewhere)";
    return reply;
}

void record(World& world, const Request& request, const Reply& reply, const InFlight& call,
            const std::string& fault, std::size_t bytes_out) {
    constexpr std::size_t lines_kept = 20000;
    const std::string kind = reply.kind.empty() ? request.method + " (not answered)" : reply.kind;
    world.counters.answered(kind, request.method != "GET", reply.status, request.body.size(), bytes_out);
    LogLine line;
    line.number = ++world.calls_seen;
    line.came = request.received;
    line.at = world.now();
    line.method = request.method;
    line.target = request.target;
    line.client = call.client();
    const Service* service = service_of(request);
    if (service && service->account_of) line.account = service->account_of(world, request);
    line.kind = kind;
    line.fault = fault;
    line.status = reply.status;
    line.bytes_in = request.body.size();
    line.bytes_out = bytes_out;
    line.in_flight = call.at_once();
    world.log.push_back(std::move(line));
    if (world.log.size() > lines_kept) world.log.pop_front();
    world.changed.notify_all();
}

}  // namespace audienced::sandbox
