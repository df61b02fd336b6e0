#include "provider/oauth/page.hpp"

namespace audienced::provider::oauth {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

const char* phrase(unsigned status) {
    switch (status) {
        case 200:
            return "OK";
        case 400:
            return "Bad Request";
        case 404:
            return "Not Found";
        default:
            return "Service Unavailable";
    }
}

}  // namespace

std::string page(unsigned status, std::string_view heading, std::string_view text) {
    std::string body =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>audienced</title></head>"
        "<body style=\"font:18px sans-serif;max-width:36em;margin:4em auto;padding:0 1em\"><h1>" +
        escaped(heading) + "</h1><p>" + escaped(text) + "</p></body></html>\n";
    // The address bar holds the code: nothing may load from elsewhere, or be told where we are.
    return "HTTP/1.1 " + std::to_string(status) + " " + phrase(status) +
           "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nContent-Security-Policy: "
           "default-src 'none'; "
           "style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n" +
           body;
}

}  // namespace audienced::provider::oauth
