// /v1/forget: an address is forgotten for good.
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "plan/address.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

json places_json(const std::vector<store::ContactPlace>& places) {
    json out = json::array();
    for (const store::ContactPlace& place : places) {
        json one;
        one["connection"] = place.connection.empty() ? json() : json(place.connection);
        one["provider"] = place.provider.empty() ? json() : json(place.provider);
        one["destination"] = place.destination;
        one["destination_name"] = place.name.empty() ? json() : json(place.name);
        one["exports"] = place.exports;
        out.push_back(std::move(one));
    }
    return out;
}

/// What a forget would find; nothing was changed.
json found_json(const run::ForgetOutcome& found) {
    json out;
    out["forgotten"] = false;
    out["was_known"] = found.erased.all() > 0;
    out["rows"] = found.erased.all();
    out["at_provider"] = places_json(found.places);
    out["named_in"] = found.named_in;
    return out;
}

json outcome_json(const run::ForgetOutcome& done) {
    json erased;
    erased["contacts"] = done.erased.contacts;
    erased["delivered"] = done.erased.delivered;
    erased["memberships"] = done.erased.memberships;
    erased["opt_outs"] = done.erased.opt_outs;
    erased["rejects"] = done.erased.rejects;
    erased["acts"] = done.erased.acts;
    erased["open_batches"] = done.erased.intents;
    json out;
    out["forgotten"] = true;
    out["was_known"] = done.erased.all() > 0 || !done.expired.empty();
    out["erased"] = std::move(erased);
    out["plans_expired"] = done.expired;
    out["plans_made_anew"] = done.planned_anew;
    out["at_provider"] = places_json(done.places);
    out["named_in"] = done.named_in;
    out["older_copies"] = done.older_copies;
    out["scrubbed"] = done.scrubbed;
    return out;
}

/// What has begun is ended, whatever becomes of the client.
awaitable<result<Reply>> forget(Context& context, Request request) {
    Fields fields(request.body);
    const std::string typed = fields.text("email");
    const bool only_looks = fields.flag_or("dry_run", false);
    std::string address;
    const auto problem = plan::normalise_address(typed, address);
    if (problem != plan::AddressProblem::none)
        fields.refuse(std::string("this is no e-mail address: ") + plan::words_of(problem),
                      "nothing was changed; write it as the source has it");
    if (auto good = fields.finish(); !good) co_return good.error();
    if (only_looks) {
        auto found = co_await context.live->would_forget(std::move(address));
        if (!found) co_return found.error();
        co_return json_reply(found_json(*found));
    }
    store::AuditRow audit = row_by(request.caller, context.time->now());
    auto done = co_await context.live->forget(std::move(address), std::move(audit));
    if (!done) co_return done.error();
    co_return json_reply(outcome_json(*done));
}

}  // namespace

std::vector<Route> forget_routes() {
    return {{"POST", "/v1/forget", Action::forget, forget}};
}

}  // namespace audienced::control
