#include "run/session.hpp"

#include "run/sign_in/connection_key.hpp"
#include "run/sign_in/sign_ins.hpp"
#include "store/definitions.hpp"

namespace audienced::run {

namespace {

result<std::shared_ptr<provider::Authorizer>> authorizer_of(Environment& env,
                                                            const model::Connection& connection,
                                                            const model::Credentials& credentials) {
    if (connection.auth == model::AuthKind::api_key) {
        const auto* kind = provider::find_kind(connection.provider);
        if (!kind) return make_error(Errc::usage, "there is no provider called " + connection.provider);
        return std::shared_ptr<provider::Authorizer>(std::make_shared<ConnectionKey>(
            *env.store, *env.log, *env.time, connection, credentials.api_key, kind->key_scheme));
    }
    if (!env.sign_ins)
        return make_error(Errc::wrong_state,
                          "connection " + connection.name + " signs in with OAuth, which is off here");
    return env.sign_ins->authorizer(connection);
}

}  // namespace

result<std::unique_ptr<Session>> open_session_by(Environment& env, model::Connection connection,
                                                 std::shared_ptr<provider::Authorizer> authorizer,
                                                 model::Traffic* traffic, provider::CallObserver* observer,
                                                 provider::MayWrite may_write) {
    auto session = std::make_unique<Session>();
    session->connection = std::move(connection);
    session->authorizer = std::move(authorizer);
    provider::ProviderArgs args;
    args.connection = &session->connection;
    args.http = env.http;
    args.time = env.time;
    args.random = env.random;
    args.limiters = env.limiters;
    args.authorizer = session->authorizer.get();
    args.traffic = traffic;
    args.observer = observer;
    args.may_write = std::move(may_write);
    args.patience = observer ? env.patience : retry::patience_of_people;
    auto made = env.make_provider(args);
    if (!made) return made.error();
    session->provider = std::move(*made);
    return session;
}

awaitable<result<std::unique_ptr<Session>>> open_session(Environment& env, model::Connection connection,
                                                         model::Traffic* traffic,
                                                         provider::CallObserver* observer,
                                                         provider::MayWrite may_write) {
    const auto load = [&](store::Database& db, const vault::Vault& vault) {
        return store::get_credentials(db, vault, connection.name);
    };
    auto credentials = co_await env.store->run(load);
    if (!credentials) co_return credentials.error();
    auto authorizer = authorizer_of(env, connection, *credentials);
    if (!authorizer) co_return authorizer.error();
    co_return open_session_by(env, std::move(connection), std::move(*authorizer), traffic, observer,
                              std::move(may_write));
}

awaitable<result<std::unique_ptr<Session>>> open_draft(Environment& env, model::Connection draft,
                                                       model::Credentials credentials) {
    model::Connection signed_as = draft;
    if (draft.auth == model::AuthKind::oauth) {
        const auto load = [&](store::Database& db, const vault::Vault&) {
            return store::get_connection(db, draft.name);
        };
        auto stored = co_await env.store->run(load);
        if (!stored) co_return stored.error();
        signed_as = std::move(*stored);
    }
    auto authorizer = authorizer_of(env, signed_as, credentials);
    if (!authorizer) co_return authorizer.error();
    co_return open_session_by(env, std::move(draft), std::move(*authorizer), nullptr, nullptr);
}

}  // namespace audienced::run
