#pragma once

#include "provider/api.hpp"
#include "provider/auth_scheme.hpp"

namespace audienced::provider {

/// A key that never changes. A key that was refused has no successor.
class ApiKeyAuthorizer : public Authorizer {
public:
    explicit ApiKeyAuthorizer(const Secret& key, AuthScheme scheme = {});
    std::string_view header_name() const noexcept override { return scheme_.header; }
    awaitable<result<Secret>> header() override;
    awaitable<result<bool>> refused(Secret header) override;

private:
    AuthScheme scheme_;
    Secret header_;
};

}  // namespace audienced::provider
