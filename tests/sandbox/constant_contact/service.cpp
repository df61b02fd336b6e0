// What the sandbox knows of Constant Contact.
#include "services/service.hpp"

#include "constant_contact/routes.hpp"
#include "constant_contact/stage.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

std::optional<Reply> over_limit(World& world, const Request& request, int) {
    auto reply = gate(world, request);
    if (reply) reply->kind = request.method + " /v3/(gateway)";
    return reply;
}

double latency_seconds(World& world, const Request&) {
    return world.between(world.knobs.cc_latency_min_ms, world.knobs.cc_latency_max_ms) / 1000;
}

}  // namespace

Service service() {
    Service s;
    s.name = "constant_contact";
    s.tops = {"v3"};
    s.stage = "constant-contact";
    s.answer = answer;
    s.client_of = client_of;
    s.account_of = account_of;
    s.answer_stage = answer_stage;
    s.over_limit = over_limit;
    s.latency_seconds = latency_seconds;
    s.sign_in.authorize = "/oauth2/default/v1/authorize";
    s.sign_in.token = "/oauth2/default/v1/token";
    s.sign_in.device = "/oauth2/default/v1/device/authorize";
    s.sign_in.refreshes = true;
    s.sign_in.public_clients_need_pkce = true;
    s.sign_in.token_calls_per_second = &Knobs::login_token_per_second;
    return s;
}

}  // namespace audienced::sandbox::constant_contact
