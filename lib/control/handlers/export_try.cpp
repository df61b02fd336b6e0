// /v1/exports/{}/try and /contact: one member, named in the body and nowhere else.
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/export_draft.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/runnable.hpp"
#include "control/json.hpp"
#include "plan/address.hpp"
#include "store/forgotten.hpp"
#include "store/runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

/// The address as members are known by. Errors: usage.
result<std::string> address_of(const Request& request) {
    Fields fields(request.body);
    const std::string given = fields.text("address");
    if (auto good = fields.finish(); !good) return good.error();
    std::string address;
    const auto problem = plan::normalise_address(given, address);
    if (problem == plan::AddressProblem::none) return address;
    return make_error(Errc::usage,
                      std::string("that is no address that could be sent: ") + plan::words_of(problem),
                      "give the address as the source has it");
}

awaitable<result<Reply>> try_export(Context& context, Request request) {
    const auto address = address_of(request);
    if (!address) co_return address.error();
    const std::string name = request.argument(0);
    model::Run wanted;
    wanted.export_name = name;
    wanted.trigger = model::Trigger::on_demand;
    wanted.options.full = true;  // sent also where nothing changed
    wanted.queued_at = context.time->now();
    wanted.requested_by = request.caller.peer.user;
    auto write = [&](store::Database& db, const vault::Vault& vault,
                     store::AuditRow& audit) -> result<model::RunId> {
        if (auto good = check_runnable(db, request.caller, name); !good) return good.error();
        wanted.options.only_member = vault.members().member(*address);
        // Its hash must not come into the runs again.
        auto forgotten = store::is_forgotten(db, *wanted.options.only_member);
        if (!forgotten) return forgotten.error();
        if (*forgotten)
            return make_error(Errc::wrong_state,
                              "this address was forgotten here on request, so it is not sent, by a try "
                              "neither; nothing was queued",
                              "take it out of the source; audiencectl export explain " + name +
                                  " - says when it was forgotten");
        auto id = store::queue_run(db, wanted);
        // Not the member: the audit keeps what `forget` must erase.
        json told;
        if (id) told["run"] = *id;
        audit.after = print(told);
        return id;
    };
    auto id = co_await change(context, request.caller, "export try", name, std::move(write));
    if (!id) co_return id.error();
    context.live->run_queued(*id);
    json one;
    one["id"] = *id;
    one["export"] = name;
    json out;
    out["runs"] = json::array();
    out["runs"].push_back(std::move(one));
    co_return json_reply(out, 202);
}

awaitable<result<Reply>> show_contact(Context& context, Request request) {
    const auto address = address_of(request);
    if (!address) co_return address.error();
    const std::string name = request.argument(0);
    auto read = [&](store::Database& db, const vault::Vault&) { return checkable(db, request.caller, name); };
    auto definition = co_await look_up(context, std::move(read));
    if (!definition) co_return definition.error();
    auto contact = co_await context.live->read_contact(std::move(*definition), *address);
    if (!contact) co_return contact.error();
    co_return json_reply(json_of(*contact));
}

}  // namespace

std::vector<Route> export_try_routes() {
    return {{"POST", "/v1/exports/{}/try", Action::run_exports, try_export},
            {"POST", "/v1/exports/{}/contact", Action::ask_about_members, show_contact, true}};
}

}  // namespace audienced::control
