#include "wire/reply.hpp"

#include <stdexcept>

#include "wire/json.hpp"

namespace audienced::sandbox {

void throw_exception_from_error(const Reply& reply, const boost::source_location&) {
    throw std::logic_error("a refused step was used as if it had a value: " + std::to_string(reply.status));
}

Reply json_reply(int status, const json& value) {
    Reply reply;
    reply.status = status;
    reply.body = print_json(value);
    return reply;
}

Reply text_reply(int status, std::string content_type, std::string body) {
    Reply reply;
    reply.status = status;
    reply.content_type = std::move(content_type);
    reply.body = std::move(body);
    return reply;
}

Reply empty_reply(int status) {
    return text_reply(status, "", "");
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 302:
            return "Found";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 409:
            return "Conflict";
        case 413:
            return "Payload Too Large";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Entity";
        case 429:
            return "Too Many Requests";
        case 500:
            return "Internal Server Error";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Answer";
    }
}

}  // namespace audienced::sandbox
