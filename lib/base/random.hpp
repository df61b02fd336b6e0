// The seam for randomness (retry jitter, nonces), so that a test can control it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace audienced {

class Random {
public:
    virtual ~Random() = default;
    /// Fills every byte; cryptographically strong in production. Throws if the system has no entropy.
    virtual void fill(std::span<std::uint8_t> out) = 0;
    /// Uniform in [0, 1).
    double unit();
};

/// OpenSSL's generator.
Random& system_random();

}  // namespace audienced
