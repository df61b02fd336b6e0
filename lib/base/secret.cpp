#include "base/secret.hpp"

#include <openssl/crypto.h>

namespace audienced {

void Secret::wipe() noexcept {
    // Through capacity(): a short string lives inside the object and is moved by copying.
    if (value_.capacity() != 0) OPENSSL_cleanse(value_.data(), value_.capacity());
    value_.clear();
}

Secret& Secret::operator=(const Secret& other) {
    if (this != &other) {
        wipe();
        value_ = other.value_;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe();
        value_ = std::move(other.value_);
        other.wipe();
    }
    return *this;
}

}  // namespace audienced
