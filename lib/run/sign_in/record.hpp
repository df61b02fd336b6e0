// The end of every sign-in: the tokens are proved with the live account, and stored.
#pragma once

#include <string>

#include "model/connection.hpp"
#include "provider/provider.hpp"
#include "run/environment.hpp"
#include "run/sign_in/request.hpp"

namespace audienced::run {

/// Learns the API's address where the provider tells it, asks who the account is, and stores tokens, account
/// and state in one transaction. Errors: auth, network ... of the live account; wrong_state (another account
/// than exports delivered to); not_found (removed meanwhile); store_*. Nothing is stored then.
awaitable<result<provider::Account>> prove_and_store(Environment& env, std::string connection,
                                                     model::Credentials tokens, SignInBy by);

/// The exports know which members they delivered; another account knows nothing of them. Errors: wrong_state.
result<void> check_same_account(store::Database&, const model::Connection& before,
                                const model::Connection& after);

}  // namespace audienced::run
