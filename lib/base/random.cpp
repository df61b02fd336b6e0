#include "base/random.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace audienced {

double Random::unit() {
    std::uint64_t bits = 0;
    fill({reinterpret_cast<std::uint8_t*>(&bits), sizeof bits});
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

Random& system_random() {
    struct OpenSsl final : Random {
        void fill(std::span<std::uint8_t> out) override {
            if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1)
                throw std::runtime_error("the system gives no random bytes");
        }
    };
    static OpenSsl instance;
    return instance;
}

}  // namespace audienced
