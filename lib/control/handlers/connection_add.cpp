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

namespace {

result<Draft> read_draft(Fields& fields, const Request& request, SysTime now) {
    Draft draft;
    auto& c = draft.connection;
    c.name = fields.name("name");
    c.provider = fields.text("provider");
    c.title = c.name;
    c.created_at = now;
    const bool agreed = fields.flag_or("consent", false);
    auto key = fields.secret_or_none("api_key", SecretShape::word);
    read_common(fields, draft);
    if (key.empty() == c.client_id.empty())
        fields.refuse("a connection takes one of --api-key-file and --client-id");
    if (auto good = fields.finish(); !good) return good.error();
    if (auto good = check_draft(draft); !good) return good.error();
    auto kind = kind_of(c.provider);
    if (!kind) return kind.error();
    if (!agreed)
        return make_error(Errc::wrong_state,
                          "a connection needs consent: customers' addresses will leave this machine",
                          "a person with that authority confirms it with --consent");
    model::Consent consent;
    consent.by = request.caller.peer.user;
    consent.at = now;
    c.consent = std::move(consent);
    if (!key.empty()) {
        if (auto taken = take_key(draft, std::move(key), c.api_base.empty()); !taken) return taken.error();
    } else {
        if (!find_option((*kind)->connection, provider::client_id_option.name))
            return make_error(Errc::usage, std::string((*kind)->title) + " has no OAuth",
                              "give the account's key with --api-key-file");
        c.auth = model::AuthKind::oauth;
        needs_sign_in(c);
    }
    return draft;
}

}  // namespace

awaitable<result<Reply>> add_connection(Context& context, Request request) {
    Fields fields(request.body);
    auto draft = read_draft(fields, request, context.time->now());
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
