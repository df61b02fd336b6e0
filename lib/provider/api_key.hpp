#pragma once

#include "provider/api.hpp"

namespace audienced::provider {

/// A key that never changes: "Authorization: Bearer <key>". A key that was refused has no successor.
class ApiKeyAuthorizer final : public Authorizer {
public:
    explicit ApiKeyAuthorizer(Secret key);
    awaitable<result<Secret>> header() override;
    awaitable<result<bool>> refused(Secret header) override;

private:
    Secret header_;
};

}  // namespace audienced::provider
