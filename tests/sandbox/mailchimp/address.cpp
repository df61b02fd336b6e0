#include "mailchimp/address.hpp"

#include "base/text.hpp"

namespace audienced::sandbox::mailchimp {

std::string normalise_address(std::string_view text) {
    return ascii_lower(trim(text));
}

bool has_valid_syntax(std::string_view address) {
    const auto at = address.find('@');
    if (at == std::string_view::npos || at == 0 || address.find('@', at + 1) != std::string_view::npos)
        return false;
    if (address.size() > 254 || at > 64) return false;
    for (const char c : address) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7F) return false;
        if (std::string_view("()<>[],;:\\\"").find(c) != std::string_view::npos) return false;
    }
    const auto domain = address.substr(at + 1);
    if (domain.find('.') == std::string_view::npos) return false;
    char before = '.';
    for (const char c : domain) {
        if (c == '.' && (before == '.' || before == '-')) return false;
        if (c == '-' && before == '.') return false;
        before = c;
    }
    return before != '.' && before != '-' && address[0] != '.' && address[at - 1] != '.' &&
           address.find("..") == std::string_view::npos;
}

bool looks_fake(std::string_view address) {
    const auto at = address.find('@');
    const auto domain = at == std::string_view::npos ? std::string_view{} : address.substr(at + 1);
    for (const std::string_view fake :
         {"example.com", "example.org", "example.net", "test.com", "localhost.com"})
        if (domain == fake) return true;
    for (const std::string_view ending : {".example", ".test", ".invalid", ".localhost"})
        if (domain.ends_with(ending)) return true;
    return address == "foo@bar.com" || address == "asdf@asdf.com";
}

}  // namespace audienced::sandbox::mailchimp
