// The connections that signed in with OAuth: one authorizer each, however many runs use it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "aio/task_group.hpp"
#include "log/log.hpp"
#include "provider/oauth/authorizer.hpp"
#include "store/store.hpp"

namespace audienced::run {

/// Io thread only. What it is made from outlives it.
class SignIns {
public:
    SignIns(boost::asio::any_io_executor io, aio::Time& time, Random& random, store::Store& store,
            http::Client& http, provider::Limiters& limiters, log::Log& log);

    /// Of a stored connection; its tokens are read when they are needed. Errors: those of application_of().
    result<std::shared_ptr<provider::Authorizer>> authorizer(const model::Connection& connection);
    /// It was signed in or edited: what was read of its tokens is old.
    void forget(const std::string& connection);
    provider::oauth::TokenEndpoint& endpoint() { return endpoint_; }
    /// Returns when no refresh is under way: one that is cut off may cost the only token.
    awaitable<void> close();

private:
    boost::asio::any_io_executor io_;
    aio::Time& time_;
    store::Store& store_;
    log::Log& log_;
    provider::oauth::TokenEndpoint endpoint_;
    aio::TaskGroup refreshes_;
    std::map<std::string, std::shared_ptr<provider::oauth::OAuthAuthorizer>> by_name_;
};

}  // namespace audienced::run
