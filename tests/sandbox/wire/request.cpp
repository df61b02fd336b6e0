#include "wire/request.hpp"

#include <charconv>

namespace audienced::sandbox {
namespace {
int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}
}  // namespace

std::string_view Request::header(std::string_view lower_name) const {
    for (const auto& [name, value] : headers)
        if (name == lower_name) return value;
    return {};
}

std::optional<std::string> Request::param(std::string_view name) const {
    for (const auto& [key, value] : query)
        if (key == name) return value;
    return std::nullopt;
}

bool Request::flag(std::string_view name) const {
    const auto value = param(name);
    return value && (*value == "true" || *value == "1");
}

std::size_t Request::number(std::string_view name, std::size_t otherwise) const {
    const auto value = param(name);
    if (!value) return otherwise;
    std::size_t n = 0;
    const auto [end, ec] = std::from_chars(value->data(), value->data() + value->size(), n);
    return ec == std::errc() && end == value->data() + value->size() ? n : otherwise;
}

void split_target(Request& request) {
    const std::string_view target = request.target;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    request.query = question == std::string_view::npos ? Pairs{} : parse_form(target.substr(question + 1));
    request.segments.clear();
    std::string_view rest = request.path;
    while (!rest.empty()) {
        const auto slash = rest.find('/');
        const auto segment = rest.substr(0, slash);
        if (!segment.empty()) request.segments.push_back(percent_decode(segment, false));
        rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    }
}

std::string percent_decode(std::string_view text, bool plus_is_blank) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
            hex_digit(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' && plus_is_blank ? ' ' : text[i];
        }
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                           (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '_' || byte == '.' ||
                           byte == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

Pairs parse_form(std::string_view text) {
    Pairs out;
    while (!text.empty()) {
        const auto end = text.find('&');
        const auto piece = text.substr(0, end);
        const auto equals = piece.find('=');
        if (!piece.empty())
            out.emplace_back(
                percent_decode(piece.substr(0, equals), true),
                equals == std::string_view::npos ? "" : percent_decode(piece.substr(equals + 1), true));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
    std::string out;
    unsigned bits = 0, held = 0;
    for (const char c : text) {
        if (c == '=') break;
        unsigned v = 0;
        if (c >= 'A' && c <= 'Z')
            v = unsigned(c - 'A');
        else if (c >= 'a' && c <= 'z')
            v = unsigned(c - 'a') + 26;
        else if (c >= '0' && c <= '9')
            v = unsigned(c - '0') + 52;
        else if (c == '+' || c == '-')
            v = 62;
        else if (c == '/' || c == '_')
            v = 63;
        else
            return std::nullopt;
        bits = bits << 6 | v;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out += static_cast<char>(bits >> held & 0xFF);
        }
    }
    return out;
}

}  // namespace audienced::sandbox
