#include "run/session.hpp"

#include "provider/api_key.hpp"
#include "run/sign_in/sign_ins.hpp"
#include "store/definitions.hpp"

namespace audienced::run {

result<void> may_run(const model::Connection& c) {
    if (!c.consent)
        return make_error(Errc::wrong_state,
                          "connection " + c.name + " has no consent to data leaving this machine",
                          "`audiencectl connection consent " + c.name + " --give`");
    if (c.state == model::ConnectionState::stopped)
        return make_error(Errc::wrong_state, "connection " + c.name + " stopped itself: " + c.state_reason,
                          "look at the account, then `audiencectl connection consent " + c.name + " --give`");
    if (c.state == model::ConnectionState::needs_sign_in)
        return make_error(Errc::wrong_state, "connection " + c.name + " needs a new sign-in",
                          "`audiencectl connection authenticate " + c.name + "`");
    return {};
}

namespace {

result<std::shared_ptr<provider::Authorizer>> authorizer_of(Environment& env,
                                                            const model::Connection& connection,
                                                            const model::Credentials& credentials) {
    if (connection.auth == model::AuthKind::api_key) {
        const auto* kind = provider::find_kind(connection.provider);
        if (!kind) return make_error(Errc::usage, "there is no provider called " + connection.provider);
        return std::shared_ptr<provider::Authorizer>(
            std::make_shared<provider::ApiKeyAuthorizer>(credentials.api_key, kind->key_scheme));
    }
    if (!env.sign_ins)
        return make_error(Errc::wrong_state,
                          "connection " + connection.name + " signs in with OAuth, which is off here");
    return env.sign_ins->authorizer(connection);
}

}  // namespace

result<std::unique_ptr<Session>> open_session_with(Environment& env, model::Connection connection,
                                                   model::Credentials credentials, model::Traffic* traffic,
                                                   provider::CallObserver* observer) {
    auto authorizer = authorizer_of(env, connection, credentials);
    if (!authorizer) return authorizer.error();
    return open_session_by(env, std::move(connection), std::move(*authorizer), traffic, observer);
}

result<std::unique_ptr<Session>> open_session_by(Environment& env, model::Connection connection,
                                                 std::shared_ptr<provider::Authorizer> authorizer,
                                                 model::Traffic* traffic, provider::CallObserver* observer) {
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
    auto made = env.make_provider(args);
    if (!made) return made.error();
    session->provider = std::move(*made);
    return session;
}

awaitable<result<std::unique_ptr<Session>>> open_session(Environment& env, model::Connection connection,
                                                         model::Traffic* traffic,
                                                         provider::CallObserver* observer) {
    const auto load = [&](store::Database& db, const vault::Vault& vault) {
        return store::get_credentials(db, vault, connection.name);
    };
    auto credentials = co_await env.store->run(load);
    if (!credentials) co_return credentials.error();
    co_return open_session_with(env, connection, std::move(*credentials), traffic, observer);
}

}  // namespace audienced::run
