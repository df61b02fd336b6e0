#include "control/plain.hpp"

#include "wire/json.hpp"

namespace audienced::sandbox::control {

Reply done() {
    return json_reply(200, {{"done", true}});
}

Reply refused(const std::string& why) {
    return json_reply(400, {{"error", why}});
}

std::string numbered(const std::string& pattern, std::uint64_t n) {
    std::string out = pattern;
    const std::string digits = std::to_string(n);
    for (auto at = out.find("{n}"); at != std::string::npos; at = out.find("{n}", at + digits.size()))
        out.replace(at, 3, digits);
    return out;
}

}  // namespace audienced::sandbox::control
