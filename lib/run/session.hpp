// A provider, signed in: what a run or a check talks to.
#pragma once

#include <memory>

#include "model/connection.hpp"
#include "provider/provider.hpp"
#include "provider/registry.hpp"
#include "run/environment.hpp"
#include "store/permission.hpp"

namespace audienced::run {

struct Session {
    model::Connection connection;
    std::shared_ptr<provider::Authorizer> authorizer;
    provider::ProviderPtr provider;
};

using store::may_run;

/// With the credentials in the vault. `may_write` is asked before each call that writes; null: always. With
/// an observer the calls have a run's patience; without one a person waits for their answer.
awaitable<result<std::unique_ptr<Session>>> open_session(Environment& env, model::Connection connection,
                                                         model::Traffic* traffic,
                                                         provider::CallObserver* observer,
                                                         provider::MayWrite may_write = {});
/// To prove a draft, with these credentials, which need not be stored. With OAuth a draft of a stored
/// connection is signed as the stored one is, which goes on as before: its tokens are refreshed where they
/// came from, never at the draft's address.
awaitable<result<std::unique_ptr<Session>>> open_draft(Environment& env, model::Connection draft,
                                                       model::Credentials credentials);
/// With whatever signs its calls.
result<std::unique_ptr<Session>> open_session_by(Environment& env, model::Connection connection,
                                                 std::shared_ptr<provider::Authorizer> authorizer,
                                                 model::Traffic* traffic, provider::CallObserver* observer,
                                                 provider::MayWrite may_write = {});
}  // namespace audienced::run
