// Sign-ins under way: a browser that comes back to a loopback address, or a code that a person types
// elsewhere.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "run/sign_in/record.hpp"
#include "run/sign_in/request.hpp"

namespace audienced::run {

/// One sign-in per connection at a time: a new one ends the one before. Io thread only.
class SignInFlows {
public:
    explicit SignInFlows(Environment& env) : env_(env) {}
    ~SignInFlows();

    /// Goes on by itself until it succeeds, fails or expires. Errors: usage, not_found, wrong_state (an API
    /// key connection; the port is taken; no client secret), auth, network.
    awaitable<result<SignInStarted>> start(SignInRequest request);
    /// The account once it is signed in; nothing when the deadline passes first. Errors: not_found (no such
    /// sign-in), and why the sign-in failed.
    awaitable<result<std::optional<provider::Account>>> wait(std::string connection, std::string id,
                                                             Deadline deadline);
    /// Tokens got elsewhere. Errors: as prove_and_store().
    awaitable<result<provider::Account>> import_token(std::string connection, model::Credentials tokens,
                                                      SignInBy by);
    awaitable<void> close();

private:
    struct Session;
    awaitable<result<SignInStarted>> begin_browser(std::shared_ptr<Session> session, std::string listen);
    awaitable<result<SignInStarted>> begin_device(std::shared_ptr<Session> session);
    awaitable<void> carry_browser(std::shared_ptr<Session> session);
    awaitable<void> carry_device(std::shared_ptr<Session> session);
    awaitable<result<provider::Account>> redeem(std::shared_ptr<Session> session, Secret code);
    awaitable<void> end(std::shared_ptr<Session> session);

    Environment& env_;
    std::map<std::string, std::shared_ptr<Session>> by_connection_;
};

}  // namespace audienced::run
