#include "http/message.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced::http {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The text itself stays out of these messages: an address may carry a key in its query or user part.
Error bad_url(std::string why) {
    return make_error(Errc::usage, "not a usable address: " + std::move(why),
                      "write it as https://host[:port][/path]");
}

bool is_host_name(std::string_view s) {
    if (s.empty() || s.size() > 253 || s.front() == '.' || s.find("..") != s.npos) return false;
    return std::all_of(s.begin(), s.end(),
                       [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_ipv6(std::string_view s) {
    if (std::count(s.begin(), s.end(), ':') < 2) return false;
    return std::all_of(s.begin(), s.end(), [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    });
}

bool parse_port(std::string_view s, std::uint16_t& port) {
    if (s.empty() || s.size() > 5 || !std::all_of(s.begin(), s.end(), is_digit)) return false;
    unsigned value = 0;
    for (const char c : s) value = value * 10 + unsigned(c - '0');
    port = static_cast<std::uint16_t>(value);
    return value >= 1 && value <= 65535;
}

}  // namespace

std::string Url::origin() const {
    std::string out = "https://";
    out += host.find(':') == host.npos ? host : "[" + host + "]";
    if (port != 443) out += ":" + std::to_string(port);
    return out;
}

result<Url> parse_url(std::string_view text) {
    // Blanks and control characters would end up in the request line.
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; }))
        return bad_url("it has a blank, a control character or a letter outside ASCII");
    const auto scheme_end = text.find("://");
    if (scheme_end == text.npos) return bad_url("it does not begin with https://");
    if (!iequals(text.substr(0, scheme_end), "https")) return bad_url("only https is accepted");
    text.remove_prefix(scheme_end + 3);
    if (text.find('#') != text.npos) return bad_url("it has a fragment (#)");

    const auto authority_end = std::min(text.find_first_of("/?"), text.size());
    std::string_view authority = text.substr(0, authority_end);
    const std::string_view target = text.substr(authority_end);
    if (authority.find('@') != authority.npos) return bad_url("it has a user name or password");

    Url url;
    std::string_view host = authority, port;
    bool has_port = false;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == authority.npos) return bad_url("the bracket of its IPv6 host is not closed");
        host = authority.substr(1, close - 1);
        const std::string_view rest = authority.substr(close + 1);
        if (!is_ipv6(host) || (!rest.empty() && rest[0] != ':')) return bad_url("its IPv6 host is malformed");
        if ((has_port = !rest.empty())) port = rest.substr(1);
    } else {
        const auto colon = authority.find(':');
        host = authority.substr(0, colon);
        if ((has_port = colon != authority.npos)) port = authority.substr(colon + 1);
        if (host.empty()) return bad_url("the host is missing");
        if (!is_host_name(host)) return bad_url("its host name is malformed");
    }
    if (has_port && !parse_port(port, url.port)) return bad_url("its port is not a number from 1 to 65535");
    url.host = ascii_lower(host);
    url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
    return url;
}

std::string percent_encode(std::string_view s) {
    static const char digits[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(s.size());
    for (const char c : s) {
        if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            out += c;
        } else {
            out += '%';
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
        }
    }
    return out;
}

Url join(const Url& base, std::string_view path_and_query) {
    Url out = base;
    out.target = base.target.substr(0, base.target.find('?'));
    while (out.target.ends_with('/')) out.target.pop_back();
    if (!path_and_query.starts_with('/')) out.target += '/';
    out.target += path_and_query;
    return out;
}

const char* to_string(Method method) noexcept {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::delete_:
            return "DELETE";
    }
    return "GET";
}

std::string_view Response::header(std::string_view name) const noexcept {
    for (const auto& [n, value] : headers)
        if (iequals(n, name)) return value;
    return {};
}

}  // namespace audienced::http
