// A connection's tokens in the vault, and its state in the store, as a refresh needs them.
#pragma once

#include "log/log.hpp"
#include "provider/oauth/token_store.hpp"
#include "store/store.hpp"

namespace audienced::run {

class ConnectionTokens final : public provider::oauth::TokenStore {
public:
    ConnectionTokens(store::Store& store, log::Log& log, const Clock& clock, std::string connection)
        : store_(store), log_(log), clock_(clock), connection_(std::move(connection)) {}

    awaitable<result<provider::oauth::StoredTokens>> load() override;
    awaitable<result<void>> begin_refresh() override;
    awaitable<result<void>> end_refresh() override;
    awaitable<result<bool>> save(model::Credentials fresh, Secret used) override;
    awaitable<result<void>> sign_in_needed(std::string why) override;

private:
    store::Store& store_;
    log::Log& log_;
    const Clock& clock_;
    std::string connection_;
};

/// No refresh is under way any more: what end_refresh() does, inside the caller's transaction.
result<void> clear_refresh_mark(store::Database&, const vault::Vault&, std::string_view connection);

}  // namespace audienced::run
