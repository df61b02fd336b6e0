// A request and an answer, free of any library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace audienced::http {

/// An https address. Nothing else parses.
struct Url {
    std::string host;  // lower case; IPv6 without brackets
    std::uint16_t port = 443;
    std::string target;  // path and query, begins with '/'; never empty

    bool same_origin(const Url& other) const { return host == other.host && port == other.port; }
    std::string origin() const;  // "https://host[:port]"
};

/// Errors: usage (with what is wrong: not https, user info, fragment, empty host ...).
result<Url> parse_url(std::string_view text);
/// Percent-encodes everything but unreserved characters (RFC 3986).
std::string percent_encode(std::string_view);
/// `base` path without its last '/', then `path` (begins with '/').
Url join(const Url& base, std::string_view path_and_query);

enum class Method { get, post, put, patch, delete_ };
const char* to_string(Method) noexcept;

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
    Method method = Method::get;
    Url url;
    Headers headers;      // Host, Content-Length, Accept-Encoding and User-Agent are the client's
    std::string body;     // owned, so that the request can be sent twice
    std::string ca_file;  // adds a CA for this host; empty: system store only
    std::size_t max_response_bytes = 64u << 20;  // after decompression; more is an error
    /// The status alone is wanted: the body is neither read nor waited for, whatever it is, and the
    /// connection is not used again.
    bool head_only = false;
    /// On no connection that is kept open: whether the host can be reached is what is asked.
    bool on_new_connection = false;
    /// Sending it again after a lost reply does no harm (every call of this program that writes is an
    /// upsert).
    bool repeatable = true;
};

struct Response {
    unsigned status = 0;
    Headers headers;               // names as received; find with header()
    std::string body;              // decompressed
    std::uint64_t bytes_sent = 0;  // on the wire above TLS, request line and headers included
    std::uint64_t bytes_received = 0;

    /// First header of that name, case ignored; empty if absent.
    std::string_view header(std::string_view name) const noexcept;
    bool ok() const noexcept { return status >= 200 && status < 300; }
};

}  // namespace audienced::http
