#include "http/request_head.hpp"

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace audienced::http {
namespace {

constexpr std::array<std::string_view, 7> own_headers{
    "Host", "Content-Length", "Accept-Encoding", "User-Agent", "Connection", "Expect", "Transfer-Encoding"};

bool is_token(std::string_view s) {
    static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               marks.find(c) != marks.npos;
    });
}

bool is_value(std::string_view s) {
    return std::none_of(s.begin(), s.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
}

std::string bracketed(const std::string& host) {
    return host.find(':') == host.npos ? host : "[" + host + "]";
}

}  // namespace

std::string authority(const Url& url) {
    std::string out = bracketed(url.host);
    if (url.port != 443) out += ":" + std::to_string(url.port);
    return out;
}

result<std::string> request_head(const Request& request, std::string_view user_agent) {
    std::string out;
    out.reserve(16384);  // the beginning of the body is put behind it: growing would leave credentials in
                         // freed memory
    out += to_string(request.method);
    out += ' ';
    out += request.url.target;
    out += " HTTP/1.1\r\nHost: ";
    out += authority(request.url);
    out += "\r\nUser-Agent: ";
    out += user_agent;
    out += "\r\nAccept-Encoding: gzip\r\n";
    const bool carries_body = request.method != Method::get && request.method != Method::delete_;
    if (carries_body || !request.body.empty())
        out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    for (const auto& [name, value] : request.headers) {
        const auto same = [&, &header = name](std::string_view own) { return iequals(own, header); };
        if (!is_token(name) || !is_value(value) || std::any_of(own_headers.begin(), own_headers.end(), same))
            return make_error(Errc::usage,
                              "the request header " + (is_token(name) ? name : "(unnamed)") +
                                  " cannot be sent: its value holds a control character, or it is one that "
                                  "the HTTP client sets itself");
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
    out += "\r\n";
    return out;
}

std::string connect_head(const Url& url, const Secret& credentials) {
    const std::string target = bracketed(url.host) + ":" + std::to_string(url.port);
    std::string out = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
    if (!credentials.empty()) out += "Proxy-Authorization: Basic " + base64(credentials.reveal()) + "\r\n";
    out += "\r\n";
    return out;
}

}  // namespace audienced::http
