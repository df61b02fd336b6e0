#include "run/sign_in/record.hpp"

#include "log/events.hpp"
#include "provider/api_key.hpp"
#include "provider/oauth/application.hpp"
#include "run/session.hpp"
#include "run/sign_in/connection_tokens.hpp"
#include "run/sign_in/sign_ins.hpp"
#include "store/audit.hpp"
#include "store/definitions.hpp"

namespace audienced::run {
namespace {

namespace oauth = provider::oauth;

constexpr std::size_t largest_answer = 256 * 1024;  // of a login service

/// The connection with the address of its API, where the provider tells that by token.
awaitable<result<model::Connection>> located(Environment& env, model::Connection connection, Secret token) {
    auto application = oauth::application_of(connection, Secret());
    if (!application) co_return application.error();
    const provider::ApiBaseLookup lookup = provider::find_kind(connection.provider)->learn_api_base;
    if (!lookup.request) co_return connection;
    auto request = lookup.request(application->login_base, token);
    request.ca_file = application->ca_file;
    request.max_response_bytes = largest_answer;
    auto told = co_await env.sign_ins->endpoint().once(*application, std::move(request));
    if (!told) co_return told.error();
    auto base = lookup.read(*told, connection.api_base);
    if (!base) co_return base.error();
    connection.api_base = std::move(*base);
    co_return connection;
}

std::string state_json(const model::Connection& c) {
    return std::string("{\"state\":\"") + model::to_string(c.state) + "\"}";
}

}  // namespace

result<void> check_same_account(store::Database& db, const model::Connection& before,
                                const model::Connection& after) {
    if (before.account_id.empty() || before.account_id == after.account_id) return {};
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    for (const auto& one : *exports)
        if (one.connection == before.name)
            return make_error(Errc::wrong_state,
                              "these credentials belong to another account, and the export " + one.name +
                                  " has delivered to the one before",
                              "add a second connection for the other account");
    return {};
}

awaitable<result<provider::Account>> prove_and_store(Environment& env, std::string name,
                                                     model::Credentials tokens, SignInBy by) {
    auto find = [&](store::Database& db, const vault::Vault&) { return store::get_connection(db, name); };
    auto stored = co_await env.store->run(std::move(find));
    if (!stored) co_return stored.error();
    auto connection = co_await located(env, *stored, tokens.access_token);
    if (!connection) co_return connection.error();
    // Signed with just this token: a token that is not stored yet must not be refreshed.
    const auto scheme = provider::find_kind(connection->provider)->oauth.scheme;
    auto authorizer = std::make_shared<provider::ApiKeyAuthorizer>(tokens.access_token, scheme);
    auto session = open_session_by(env, *connection, std::move(authorizer), nullptr, nullptr);
    if (!session) co_return session.error();
    auto account = co_await (*session)->provider->check_account();
    if (!account) co_return account.error();

    const SysTime now = env.time->now();
    auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        auto current = store::get_connection(db, name);  // the provider was asked in between
        if (!current) return current.error();
        store::AuditRow audit;
        audit.at = now;
        audit.uid = by.uid;
        audit.user = by.user;
        audit.action = "connection authenticate";
        audit.object = name;
        audit.before = state_json(*current);
        const model::Connection before = *current;
        current->account_id = account->id;
        if (auto same = check_same_account(db, before, *current); !same) return same;
        if (current->state == model::ConnectionState::needs_sign_in) {
            current->state = model::ConnectionState::ready;
            current->state_reason.clear();
        }
        audit.after = state_json(*current);
        auto credentials = store::get_credentials(db, vault, name);
        if (!credentials) return credentials.error();
        tokens.api_key = credentials->api_key;
        tokens.client_secret = credentials->client_secret;
        if (auto done = store::put_credentials(db, vault, name, tokens); !done) return done;
        if (auto done = clear_refresh_mark(db, vault, name); !done) return done;
        if (auto done = store::set_signed_in(db, name, account->id); !done) return done;
        if (connection->api_base != stored->api_base)
            if (auto done = store::set_api_base(db, name, connection->api_base); !done) return done;
        if (auto done = store::add_audit(db, vault, audit); !done) return done;
        return transaction->commit();
    };
    auto done = co_await env.store->run(std::move(write));
    if (!done) co_return done.error();
    env.sign_ins->forget(name);
    env.log->write(log::connection_ready(name, stored->provider));
    co_return account;
}

}  // namespace audienced::run
