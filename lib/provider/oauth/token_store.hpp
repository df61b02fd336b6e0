// Where a connection's tokens are stored, as far as refreshing them is concerned.
#pragma once

#include <string>

#include "aio/awaitable.hpp"
#include "model/connection.hpp"

namespace audienced::provider::oauth {

struct StoredTokens {
    model::Credentials credentials;
    bool unanswered = false;  // a refresh was begun, and its answer never written down
};

/// Io thread only. Errors of all: not_found (the connection was removed), store_*.
class TokenStore {
public:
    virtual ~TokenStore() = default;
    virtual awaitable<result<StoredTokens>> load() = 0;
    /// Durable when it returns: from here on an answer may be missing, also after a crash.
    virtual awaitable<result<void>> begin_refresh() = 0;
    /// The service answered, and there is nothing new to keep.
    virtual awaitable<result<void>> end_refresh() = 0;
    /// Durable when it returns; ends the refresh. False: the stored refresh token is not `used` any more,
    /// a user signed in meanwhile, and nothing was written.
    virtual awaitable<result<bool>> save(model::Credentials fresh, Secret used) = 0;
    /// A person must sign in: kept as the connection's state and told once.
    virtual awaitable<result<void>> sign_in_needed(std::string why) = 0;
};

}  // namespace audienced::provider::oauth
