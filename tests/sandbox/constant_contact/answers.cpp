#include "constant_contact/answers.hpp"

#include "wire/json.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::constant_contact {

Reply resource_error(int status, const std::string& key, const std::string& message) {
    json body = json::array();
    body.push_back({{"error_key", key}, {"error_message", message}});
    Reply reply = json_reply(status, body);
    reply.content_type = "application/json";
    return reply;
}

Reply invalid(const std::string& message) {
    return resource_error(400, "contacts.api.validation.error", message);
}
Reply not_found(const std::string& message) {
    return resource_error(404, "contacts.api.not_found", message);
}
Reply conflict(const std::string& message) {
    return resource_error(409, "contacts.api.conflict", message);
}

Reply gateway_error(int status, const std::string& key, const std::string& message) {
    Reply reply = text_reply(status, "application/json",
                             "{\"error_key\":\"" + key + "\",\"error_message\":\"" + message + "\"}");
    if (status == 401) {
        reply.headers.emplace_back("WWW-Authenticate", "Bearer realm=api.cc.email");
        reply.headers.emplace_back("x-amzn-ErrorType", "UnauthorizedException");
    }
    return reply;
}

std::string print_moment(double seconds) {
    return print_time(static_cast<std::int64_t>(seconds), "Z");
}

}  // namespace audienced::sandbox::constant_contact
