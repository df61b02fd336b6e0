#include "control/handlers/connection_change.hpp"

#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/connection_access.hpp"
#include "control/handlers/connection_draft.hpp"
#include "control/handlers/reply.hpp"
#include "control/json.hpp"
#include "run/sign_in/record.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

result<Draft> stored(store::Database& db, const vault::Vault& vault, const std::string& name) {
    auto connection = store::get_connection(db, name);
    if (!connection) return connection.error();
    auto credentials = store::get_credentials(db, vault, name);
    if (!credentials) return credentials.error();
    Draft draft;
    draft.connection = std::move(*connection);
    draft.credentials = std::move(*credentials);
    return draft;
}

}  // namespace

awaitable<result<Reply>> edit_connection(Context& context, Request request) {
    const std::string name = request.argument(0);
    auto read = [&](store::Database& db, const vault::Vault& vault) { return stored(db, vault, name); };
    auto found = co_await look_up(context, std::move(read));
    if (!found) co_return found.error();
    Draft draft = std::move(*found);
    const model::Connection before = draft.connection;

    Fields fields(request.body);
    if (auto good = read_edit(fields, draft); !good) co_return good.error();
    auto allowed = co_await check_allowed(context, before, draft.connection);
    if (!allowed) co_return allowed.error();
    const bool oauth = before.auth == model::AuthKind::oauth;
    std::optional<provider::Account> account;
    if (draft.sign_in_changed && (!oauth || draft.connection.state == model::ConnectionState::ready)) {
        auto proved = co_await prove(context, draft);
        if (!proved) co_return proved.error();
        account = std::move(*proved);
    }
    auto write = [&](store::Database& db, const vault::Vault& vault, store::AuditRow& audit) -> result<void> {
        if (auto kept = store_edit(db, vault, before, draft); !kept) return kept;
        audit.before = print(json_of(before));
        json after = json_of(draft.connection);
        if (draft.new_key) after["new_secrets"].push_back("api_key");
        if (draft.new_client_secret) after["new_secrets"].push_back("client_secret");
        audit.after = print(after);
        return {};
    };
    auto done = co_await change(context, request.caller, "connection edit", name, std::move(write));
    if (!done) co_return done.error();
    context.live->connection_changed(name);
    tell_if_ready(context, before, draft.connection);
    if (draft.concerns_plans)
        context.live->revoke_connection(name,
                                        make_error(Errc::plan_expired, "connection " + name + " was edited"));
    co_return json_reply(with_account(draft.connection, account));
}

awaitable<result<Reply>> test_connection(Context& context, Request request) {
    const std::string name = request.argument(0);
    auto read = [&](store::Database& db, const vault::Vault& vault) { return stored(db, vault, name); };
    auto found = co_await look_up(context, std::move(read));
    if (!found) co_return found.error();
    Draft draft = std::move(*found);
    const model::Connection before = draft.connection;
    if (before.auth == model::AuthKind::oauth && draft.credentials.access_token.empty() &&
        draft.credentials.refresh_token.empty())
        co_return make_error(Errc::wrong_state, "the connection " + name + " is not signed in",
                             "sign in: audiencectl connection authenticate " + name);
    auto account = co_await prove(context, draft);
    if (!account) co_return account.error();
    const bool learned =
        draft.connection.account_id != before.account_id || draft.connection.state != before.state;
    if (learned) {
        auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<void> {
            if (auto same = run::check_same_account(db, before, draft.connection); !same) return same;
            auto current = store::get_connection(db, name);
            if (!current) return current.error();
            if (current->revision != before.revision) return {};  // what was tested is not what is stored now
            audit.before = print(json_of(*current));
            if (auto kept = store::set_signed_in(db, name, account->id); !kept) return kept;
            current = store::get_connection(db, name);
            if (!current) return current.error();
            audit.after = print(json_of(*current));
            return {};
        };
        auto done = co_await change(context, request.caller, "connection test", name, std::move(write));
        if (!done) co_return done.error();
        context.live->connection_changed(name);
        tell_if_ready(context, before, draft.connection);
    }
    json out;
    out["name"] = name;
    out["ok"] = true;
    out["account_id"] = account->id;
    out["account_name"] = account->name;
    out["account_role"] = account->role;
    co_return json_reply(out);
}

}  // namespace audienced::control
