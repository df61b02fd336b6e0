#include "mailchimp/address.hpp"

#include <algorithm>

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

std::string syntax_refusal(std::string_view address) {
    const auto at = address.find('@');
    if (at == std::string_view::npos || address.find('@', at + 1) != std::string_view::npos)
        return "An email address must contain a single @";
    const std::string local(address.substr(0, at)), domain(address.substr(at + 1));
    if (!has_valid_syntax("a@" + domain))
        return "The domain portion of the email address is invalid (the portion after the @: " + domain + ")";
    if (!has_valid_syntax(local + "@a.org"))
        return "The username portion of the email address is invalid (the portion before the @: " + local +
               ")";
    return "Please provide a valid email address.";
}

bool is_indigestible(std::string_view address, std::string_view domains) {
    if (address.ends_with('.') || address.find(',') != std::string_view::npos) return !domains.empty();
    const auto at = address.rfind('@');
    if (at == std::string_view::npos) return false;
    while (!domains.empty()) {
        const auto end = std::min(domains.find(' '), domains.size());
        if (end > 0 && address.substr(at + 1) == domains.substr(0, end)) return true;
        domains.remove_prefix(std::min(end + 1, domains.size()));
    }
    return false;
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
