// /v1/keys/rotate: a new master key.
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "store/rotation.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

/// Answers when everything is sealed again; that goes on without the client too, and after a restart.
awaitable<result<Reply>> rotate(Context& context, Request request) {
    Fields fields(request.body);
    if (auto good = fields.finish(); !good) co_return good.error();
    store::AuditRow audit = row_by(request.caller, context.time->now());
    auto rotated = co_await context.live->rotate_keys(std::move(audit));
    if (!rotated) co_return rotated.error();
    json out;
    out["key"] = rotated->key_id;
    out["values"] = rotated->count.values;
    out["unreadable"] = rotated->count.unreadable;
    out["key_file"] = rotated->key_file;
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> keys_routes() {
    return {{"POST", "/v1/keys/rotate", Action::change_keys, rotate}};
}

}  // namespace audienced::control
