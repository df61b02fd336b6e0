#include "control/handlers/connection_change.hpp"

#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/connection_access.hpp"
#include "control/handlers/connection_draft.hpp"
#include "control/handlers/reply.hpp"
#include "control/json.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

awaitable<result<Reply>> add_connection(Context& context, Request request) {
    Fields fields(request.body);
    auto draft = read_new(fields, request.caller.peer.user, context.time->now());
    if (!draft) co_return draft.error();
    const std::string name = draft->connection.name;
    auto find = [&](store::Database& db, const vault::Vault&) { return store::get_connection(db, name); };
    auto there = co_await look_up(context, std::move(find));
    if (there)
        co_return make_error(
            Errc::wrong_state, "the connection " + name + " exists already",
            "change it with audiencectl connection edit " + name + ", or choose another name");
    if (there.error().code != Errc::not_found) co_return there.error();

    const model::Connection none;
    auto allowed = co_await check_allowed(context, none, draft->connection);
    if (!allowed) co_return allowed.error();
    std::optional<provider::Account> account;
    if (draft->connection.auth == model::AuthKind::api_key) {
        auto proved = co_await prove(context, *draft);
        if (!proved) co_return proved.error();
        account = std::move(*proved);
    }
    auto write = [&](store::Database& db, const vault::Vault& vault, store::AuditRow& audit) {
        audit.after = print(json_of(draft->connection));
        return store::add_connection(db, vault, draft->connection, draft->credentials);
    };
    auto done = co_await change(context, request.caller, "connection add", name, std::move(write));
    if (!done) co_return done.error();
    context.live->connection_changed(name);
    co_return json_reply(with_account(draft->connection, account), 201);
}

}  // namespace audienced::control
