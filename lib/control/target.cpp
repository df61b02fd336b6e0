#include "control/target.hpp"

namespace audienced::control {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

result<std::string> percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) return make_error(Errc::usage, "the request target has a malformed %XX");
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            return make_error(Errc::usage, "the request target has a control character");
        out += c;
    }
    return out;
}

}  // namespace

result<Target> parse_target(std::string_view text) {
    if (text.empty() || text[0] != '/')
        return make_error(Errc::usage, "the request target must begin with /");
    Target target;
    const auto question = text.find('?');
    auto path = percent_decode(text.substr(0, question));
    if (!path) return path.error();
    target.path = std::move(*path);
    if (question == text.npos) return target;
    for (auto rest = text.substr(question + 1); !rest.empty();) {
        const auto end = rest.find('&');
        const auto pair = rest.substr(0, end);
        rest = end == rest.npos ? std::string_view{} : rest.substr(end + 1);
        const auto equals = pair.find('=');
        auto key = percent_decode(pair.substr(0, equals));
        if (!key) return key.error();
        auto value = percent_decode(equals == pair.npos ? std::string_view{} : pair.substr(equals + 1));
        if (!value) return value.error();
        if (!target.query.emplace(std::move(*key), std::move(*value)).second)
            return make_error(Errc::usage, "the request target names one parameter twice");
    }
    return target;
}

std::string percent_encode(std::string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        const bool plain = (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z') ||
                           u == '-' || u == '_' || u == '.' || u == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[u >> 4];
            out += digits[u & 15];
        }
    }
    return out;
}

}  // namespace audienced::control
