#include "plan/find_address.hpp"

#include "base/text.hpp"
#include "plan/address.hpp"

namespace audienced::plan {
namespace {

bool may_be_in_domain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || c == '.' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

/// Does `text` begin with a spelling of the domain? What follows it may be a quotation mark of more than a
/// byte, so each length is tried.
bool begins_with_domain(std::string_view text, std::string_view domain) {
    constexpr std::size_t most = 1'024;
    std::size_t end = 0;
    bool wide = false;
    for (; end < text.size() && end < most && may_be_in_domain(text[end]); ++end)
        wide = wide || static_cast<unsigned char>(text[end]) >= 0x80;
    if (!wide) return false;  // the search for the ASCII form finds it
    std::string found;
    for (std::size_t size = end; size > 0; --size) {
        if (size < text.size() && !begins_character(text[size])) continue;
        const std::string candidate = "x@" + std::string(text.substr(0, size));
        if (normalise_address(candidate, found) == AddressProblem::none && found.substr(2) == domain)
            return true;
    }
    return false;
}

}  // namespace

bool names_address(std::string_view text, const std::string& address) {
    const std::string lower = ascii_lower(std::string(text)), wanted = ascii_lower(address);
    if (lower.find(wanted) != std::string::npos) return true;
    const auto at = wanted.find('@');
    if (at == std::string::npos) return false;
    const std::string local = wanted.substr(0, at + 1);
    const std::string_view domain = std::string_view(wanted).substr(at + 1);
    for (auto found = lower.find(local); found != std::string::npos; found = lower.find(local, found + 1))
        if (begins_with_domain(std::string_view(lower).substr(found + local.size()), domain)) return true;
    return false;
}

}  // namespace audienced::plan
