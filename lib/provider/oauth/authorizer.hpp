// The credential of one connection that signed in with OAuth, shared by everything that calls for
// it.
#pragma once

#include <memory>
#include <string>

#include "aio/task_group.hpp"
#include "provider/api.hpp"
#include "provider/oauth/token_endpoint.hpp"
#include "provider/oauth/token_store.hpp"

namespace audienced::provider::oauth {

/// Refreshes once for many waiters, with a margin before expiry and once after a 401. The refresh runs in a
/// task of its own, so that a run which is cancelled meanwhile does not take the only token with it; a new
/// token is durable before any call uses it. Io thread only.
class OAuthAuthorizer final : public Authorizer, public std::enable_shared_from_this<OAuthAuthorizer> {
public:
    struct Parts {
        TokenEndpoint* endpoint = nullptr;
        aio::Time* time = nullptr;
        aio::TaskGroup* tasks = nullptr;  // waited for, never cancelled, before what is pointed to ends
        boost::asio::any_io_executor io;
        std::shared_ptr<TokenStore> tokens;
    };
    OAuthAuthorizer(Parts parts, std::string connection);

    /// The application to refresh with; its secret comes from the store. Also: forget what was read before.
    void use(Application app);
    void forget() { known_ = false; }

    std::string_view header_name() const noexcept override { return app_.rules.scheme.header; }
    awaitable<result<Secret>> header() override;
    awaitable<result<bool>> refused(Secret header) override;

private:
    bool usable() const;
    Secret bearer() const;
    bool is_current(const Secret& header) const;
    awaitable<result<void>> renew(Secret refused);
    awaitable<void> renew_for_all(Secret refused);
    awaitable<result<void>> renew_now(Secret refused);
    awaitable<result<void>> refresh(StoredTokens stored);
    awaitable<result<void>> keep(model::Credentials fresh, Secret used);
    awaitable<result<void>> give_up(std::string why);

    Parts parts_;
    std::string connection_;
    Application app_;
    model::Credentials credentials_;
    std::optional<model::Credentials> unsaved_;  // granted, not yet durable, so not yet used
    Secret unsaved_used_;
    bool known_ = false, renewing_ = false;
    result<void> outcome_;
    aio::Event changed_;
};

}  // namespace audienced::provider::oauth
