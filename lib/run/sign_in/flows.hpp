// Sign-ins under way: a browser that comes back to a loopback address, or a code that a person types
// elsewhere.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "run/sign_in/record.hpp"
#include "run/sign_in/request.hpp"

namespace audienced::provider::oauth {
struct ListenAddress;
}

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
    result<SignInStarted> begin_browser(Session& session, const provider::oauth::ListenAddress& at);
    awaitable<result<SignInStarted>> begin_device(std::shared_ptr<Session> session);
    awaitable<void> carry_browser(std::shared_ptr<Session> session);
    awaitable<void> carry_device(std::shared_ptr<Session> session);
    awaitable<result<provider::Account>> redeem(std::shared_ptr<Session> session, Secret code);
    /// Does the sign-in under way wait for its browser there?
    bool holds_port(const std::string& connection, const provider::oauth::ListenAddress& at) const;
    /// Ends the one of this connection that is under way. `session`: in its place; null: none.
    awaitable<void> replace(std::string connection, std::shared_ptr<Session> session);
    awaitable<void> end(std::shared_ptr<Session> session, Error why);

    Environment& env_;
    std::map<std::string, std::shared_ptr<Session>> by_connection_;
    std::map<std::string, std::string> replaced_;  // connection -> id of the last one that another ended
};

}  // namespace audienced::run
