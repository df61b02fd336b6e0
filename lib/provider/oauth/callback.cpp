#include "provider/oauth/callback.hpp"

#include <algorithm>
#include <map>

namespace audienced::provider::oauth {
namespace {

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool decode(std::string_view text, std::string& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] == '%') {
            const int high = i + 2 < text.size() ? hex(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex(text[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return true;
}

using Query = std::map<std::string, std::string, std::less<>>;

/// false: broken, or a name twice.
bool read_query(std::string_view query, Query& out) {
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        std::string name, value;
        if (!decode(pair.substr(0, equals), name)) return false;
        if (equals < pair.size() && !decode(pair.substr(equals + 1), value)) return false;
        if (!out.emplace(std::move(name), std::move(value)).second) return false;
    }
    return true;
}

std::string_view at(const Query& query, std::string_view name) {
    const auto it = query.find(name);
    return it == query.end() ? std::string_view() : std::string_view(it->second);
}

}  // namespace

bool is_callback(std::string_view target) {
    return target.substr(0, target.find('?')) == "/callback";
}

bool is_ours(std::string_view target, std::string_view expected_state) {
    Query query;
    const auto mark = target.find('?');
    return !expected_state.empty() && mark != target.npos && read_query(target.substr(mark + 1), query) &&
           at(query, "state") == expected_state;
}

result<Secret> read_callback(std::string_view target, std::string_view expected_state) {
    Query query;
    const auto mark = target.find('?');
    if (mark != target.npos && !read_query(target.substr(mark + 1), query))
        return make_error(Errc::bad_answer, "the browser returned with a malformed address",
                          "start the sign-in again");
    // A callback without our state did not start from our address: it belongs to another sign-in, or an
    // attacker wants us to use the attacker's account.
    if (expected_state.empty() || at(query, "state") != expected_state)
        return make_error(
            Errc::auth,
            "the browser returned with a different state than it was sent with; its answer was ignored",
            "open the newest address that the sign-in gave");
    std::string error(at(query, "error").substr(0, 64));
    std::erase_if(error, [](unsigned char c) { return !(std::isalnum(c) || c == '_'); });
    if (error == "access_denied")
        return make_error(Errc::auth, "the sign-in was denied at the provider (access_denied)",
                          "start it again and allow it there");
    if (!error.empty())
        return make_error(Errc::auth, "the provider refused the sign-in: " + error,
                          "compare client id and redirect address with what is registered at the provider");
    std::string code(at(query, "code"));
    if (code.empty() || code.size() > 4096)
        return make_error(Errc::bad_answer, "the browser returned without a code", "start the sign-in again");
    return Secret(std::move(code));
}

}  // namespace audienced::provider::oauth
