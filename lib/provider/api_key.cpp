#include "provider/api_key.hpp"

namespace audienced::provider {

ApiKeyAuthorizer::ApiKeyAuthorizer(const Secret& key, AuthScheme scheme)
    : scheme_(scheme), header_(scheme.value(key)) {}

awaitable<result<Secret>> ApiKeyAuthorizer::header() {
    co_return header_;
}

awaitable<result<bool>> ApiKeyAuthorizer::refused(Secret) {
    co_return false;
}

}  // namespace audienced::provider
