#include "notify/ways/signature.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

namespace audienced::notify {

std::string signature(const Secret& secret, SysTime at, std::string_view body) {
    const std::string seconds = std::to_string(to_unix(at));
    const auto mac = KeyedHash(secret.reveal())(seconds + "." + std::string(body));
    const std::string_view bytes(reinterpret_cast<const char*>(mac.data()), mac.size());
    return "t=" + seconds + ",v1=" + to_hex(bytes);
}

}  // namespace audienced::notify
