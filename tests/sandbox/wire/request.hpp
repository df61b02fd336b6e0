// One HTTP request as the handlers see it: decoded, with nothing of Beast in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace audienced::sandbox {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method;
    std::string target;                 // as sent
    std::string path;                   // target before '?', still percent-encoded
    std::vector<std::string> segments;  // of the path, decoded, empty ones left out
    Pairs query;                        // decoded, in order
    Pairs headers;                      // names lower-cased
    std::string body;
    double received = 0;  // on the sandbox's clock

    std::string_view header(std::string_view lower_name) const;
    std::optional<std::string> param(std::string_view name) const;
    bool flag(std::string_view name) const;  // true or 1
    std::size_t number(std::string_view name, std::size_t otherwise) const;
};

/// Fills path, segments and query from `target`.
void split_target(Request&);
std::string percent_decode(std::string_view, bool plus_is_blank);
std::string percent_encode(std::string_view);
/// a=1&b=2 as found in queries and forms.
Pairs parse_form(std::string_view);
/// The raw bytes; nullopt when it is not base64.
std::optional<std::string> base64_decode(std::string_view);

}  // namespace audienced::sandbox
