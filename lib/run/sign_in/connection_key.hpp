// An API key that the provider refuses is a state of its connection.
#pragma once

#include <string>

#include "log/log.hpp"
#include "model/connection.hpp"
#include "provider/api_key.hpp"
#include "store/store.hpp"

namespace audienced::run {

/// The API key of a connection. Once the provider refuses it, the connection says so and needs another one:
/// no run tries it again.
class ConnectionKey final : public provider::ApiKeyAuthorizer {
public:
    /// `connection` may be a draft: its refusal says something of the stored connection only if that has the
    /// same key and the same API address.
    ConnectionKey(store::Store& store, log::Log& log, const Clock& clock, const model::Connection& connection,
                  const Secret& key, provider::AuthScheme scheme)
        : ApiKeyAuthorizer(key, scheme),
          store_(store),
          log_(log),
          clock_(clock),
          name_(connection.name),
          api_base_(connection.api_base),
          key_(key) {}
    awaitable<void> gave_up(Error why) override;

private:
    store::Store& store_;
    log::Log& log_;
    const Clock& clock_;
    std::string name_, api_base_;
    Secret key_;
};

}  // namespace audienced::run
