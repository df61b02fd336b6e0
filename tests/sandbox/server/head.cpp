#include "server/head.hpp"

#include "world/world.hpp"

namespace audienced::sandbox {

std::string print_head(const Reply& reply, std::size_t body_bytes, bool compressed, std::int64_t now) {
    std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " ";
    head += reason_phrase(reply.status);
    head += "\r\nServer: openresty\r\nDate: " + print_http_date(now) + "\r\n";
    if (!reply.content_type.empty()) head += "Content-Type: " + reply.content_type + "\r\n";
    if (compressed) head += "Content-Encoding: gzip\r\n";
    head += "Vary: Accept-Encoding\r\n";
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    if (reply.status != 204) head += "Content-Length: " + std::to_string(body_bytes) + "\r\n";
    return head + "\r\n";
}

}  // namespace audienced::sandbox
