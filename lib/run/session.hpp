// A provider, signed in: what a run or a check talks to.
#pragma once

#include <memory>

#include "model/connection.hpp"
#include "provider/provider.hpp"
#include "provider/registry.hpp"
#include "run/environment.hpp"

namespace audienced::run {

struct Session {
    model::Connection connection;
    std::shared_ptr<provider::Authorizer> authorizer;
    provider::ProviderPtr provider;
};

/// Refuses (wrong_state) a connection without consent, stopped, or not signed in; each with what to do.
result<void> may_run(const model::Connection&);

/// With the credentials in the vault.
awaitable<result<std::unique_ptr<Session>>> open_session(Environment& env, model::Connection connection,
                                                         model::Traffic* traffic,
                                                         provider::CallObserver* observer);
/// With these credentials, which need not be stored; but a connection with OAuth has its tokens from the
/// vault, since only the daemon may refresh them.
result<std::unique_ptr<Session>> open_session_with(Environment& env, model::Connection connection,
                                                   model::Credentials credentials, model::Traffic* traffic,
                                                   provider::CallObserver* observer);
/// With whatever signs its calls.
result<std::unique_ptr<Session>> open_session_by(Environment& env, model::Connection connection,
                                                 std::shared_ptr<provider::Authorizer> authorizer,
                                                 model::Traffic* traffic, provider::CallObserver* observer);
}  // namespace audienced::run
