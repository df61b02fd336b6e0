#include "provider/mailchimp/wire/json_text.hpp"

namespace audienced::provider::mailchimp {
namespace {

bool digits(std::string_view& s) {
    std::size_t n = 0;
    while (n < s.size() && s[n] >= '0' && s[n] <= '9') ++n;
    s.remove_prefix(n);
    return n > 0;
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
    static const char hex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                if (byte < 0x20) {
                    out += "\\u00";
                    out += hex[byte >> 4];
                    out += hex[byte & 15];
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

bool is_json_number(std::string_view s) {
    if (s.size() > 40) return false;  // longer than any number that survives being read
    if (s.starts_with('-')) s.remove_prefix(1);
    if (s.starts_with('0'))
        s.remove_prefix(1);
    else if (!digits(s))
        return false;
    if (s.starts_with('.')) {
        s.remove_prefix(1);
        if (!digits(s)) return false;
    }
    if (s.starts_with('e') || s.starts_with('E')) {
        s.remove_prefix(1);
        if (s.starts_with('+') || s.starts_with('-')) s.remove_prefix(1);
        if (!digits(s)) return false;
    }
    return s.empty();
}

}  // namespace audienced::provider::mailchimp
