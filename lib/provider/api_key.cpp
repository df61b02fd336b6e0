#include "provider/api_key.hpp"

namespace audienced::provider {

ApiKeyAuthorizer::ApiKeyAuthorizer(Secret key) : header_("Bearer " + std::string(key.reveal())) {}

awaitable<result<Secret>> ApiKeyAuthorizer::header() {
    co_return header_;
}

awaitable<result<bool>> ApiKeyAuthorizer::refused(Secret) {
    co_return false;
}

}  // namespace audienced::provider
