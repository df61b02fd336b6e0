#include "server/front.hpp"

#include <algorithm>

#include "constant_contact/routes.hpp"
#include "control/routes.hpp"
#include "customer_insights/routes.hpp"
#include "login/desk.hpp"
#include "mailchimp/batches.hpp"
#include "mailchimp/routes.hpp"

namespace audienced::sandbox {
namespace {

bool is_under(const Request& request, std::string_view top) {
    return !request.segments.empty() && request.segments[0] == top;
}

bool is_login(const Request& request) {
    return is_under(request, "oauth2") || is_under(request, "activate") ||
           request.path.ends_with("/oauth2/v2.0/token");
}

std::size_t rows_in(const std::string& body) {
    std::size_t n = 0;
    for (auto at = body.find("\"email_address\""); at != std::string::npos;
         at = body.find("\"email_address\"", at + 15))
        ++n;
    return n;
}

}  // namespace

InFlight::InFlight(World& world, std::string client)
    : world_(world),
      client_(std::move(client)),
      at_once_(world.counters.begin(client_, std::chrono::steady_clock::now())) {}

InFlight::~InFlight() {
    world_.counters.end(client_);
}

bool is_side_door(const Request& request) {
    return is_under(request, "sandbox");
}

std::string client_of(World& world, const Request& request) {
    if (is_under(request, "3.0")) return mailchimp::client_of(world, request);
    if (is_under(request, "v3")) return constant_contact::client_of(world, request);
    if (is_under(request, "v1")) return "customer_insights";
    return is_login(request) ? "login" : "?";
}

std::optional<Reply> over_limit(World& world, const Request& request, const InFlight& call) {
    if (is_under(request, "3.0")) {
        const int most = world.knobs.mc_connection_limit;
        if (most == 0 || call.at_once() <= most) return std::nullopt;
        Reply reply = *fault_reply(world.knobs.mc_connection_limit_bare ? "429_bare" : "429_json");
        reply.kind = request.method + " /3.0/(too many at once)";
        return reply;
    }
    if (is_under(request, "v3")) {
        auto reply = constant_contact::gate(world, request);
        if (reply) reply->kind = request.method + " /v3/(gateway)";
        return reply;
    }
    return std::nullopt;
}

double latency_seconds(World& world, const Request& request) {
    const Knobs& knobs = world.knobs;
    if (is_under(request, "v3"))
        return world.between(knobs.cc_latency_min_ms, knobs.cc_latency_max_ms) / 1000;
    if (!is_under(request, "3.0")) return 0;
    double ms = world.between(knobs.mc_latency_min_ms, knobs.mc_latency_max_ms);
    if (request.method == "POST" && request.segments.size() == 3 && knobs.mc_bulk_latency_max_ms > 0)
        ms = world.between(knobs.mc_bulk_latency_min_ms, knobs.mc_bulk_latency_max_ms) *
             double(rows_in(request.body)) / 500;
    return ms / 1000;
}

Reply answer(World& world, const Request& request) {
    if (is_side_door(request)) return control::answer(world, request);
    if (is_under(request, "3.0")) return mailchimp::answer(world, request);
    if (is_under(request, "v3")) return constant_contact::answer(world, request);
    if (is_under(request, "v1")) return customer_insights::answer(world, request);
    if (is_login(request)) return login::answer(world, request);
    if (is_under(request, "batch-results")) return mailchimp::batch_results(world, request);
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
    line.at = world.now();
    line.method = request.method;
    line.target = request.target;
    line.client = call.client();
    if (is_under(request, "v3")) line.account = constant_contact::account_of(world, request);
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
