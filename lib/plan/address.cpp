#include "plan/address.hpp"

#include <algorithm>
#include <cstdint>

#include "base/domain.hpp"
#include "base/text.hpp"

namespace audienced::plan {
namespace {

constexpr std::size_t max_address = 254, max_local = 64, max_label = 63;
// The form in other scripts may be longer than its ASCII form; no valid one is longer than this.
constexpr std::size_t max_raw = 4 * max_address;

bool forbidden_ascii(char c) {
    const auto u = static_cast<unsigned char>(c);
    return u <= 0x20 || u == 0x7F || std::string_view(",\"()<>[]{}").find(c) != std::string_view::npos;
}

// Blanks, control characters and brackets beyond ASCII that people paste: no mailbox has them. Compared as
// bytes, since the text is valid UTF-8 by now.
bool has_forbidden_wide(std::string_view s) {
    for (std::size_t i = 0; i + 1 < s.size(); ++i) {
        const auto a = static_cast<std::uint8_t>(s[i]), b = static_cast<std::uint8_t>(s[i + 1]);
        if (a == 0xC2 && b <= 0xA0) return true;  // U+0080..U+00A0: C1 controls, no-break space
        if (i + 2 >= s.size()) continue;
        const std::uint32_t three =
            std::uint32_t(a) << 16 | std::uint32_t(b) << 8 | static_cast<std::uint8_t>(s[i + 2]);
        if (three == 0xE19A80 || three == 0xE2819F || three == 0xE38080 || three == 0xEFBBBF)
            return true;                                          // blanks
        if (three >= 0xE28080 && three <= 0xE2808F) return true;  // U+2000..U+200F: blanks and marks
        if (three >= 0xE280A8 && three <= 0xE280AF) return true;  // U+2028..U+202F: separators, embeddings
        if (three >= 0xE38088 && three <= 0xE38091) return true;  // U+3008..U+3011: CJK brackets
        if (three == 0xEFBC88 || three == 0xEFBC89 || three == 0xEFBCBB || three == 0xEFBCBD ||
            three == 0xEFBD9B || three == 0xEFBD9D)
            return true;  // full-width brackets
    }
    return false;
}

bool valid_domain(std::string_view domain) {
    for (std::size_t labels = 1;; ++labels) {
        const std::size_t dot = domain.find('.');
        const std::string_view label = domain.substr(0, dot);
        if (label.empty() || label.size() > max_label || label.front() == '-' || label.back() == '-')
            return false;
        for (const char c : label)
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
        if (dot == std::string_view::npos) return labels >= 2;
        domain.remove_prefix(dot + 1);
    }
}

/// The domain begins at `begin`. Characters without a width are no part of a name, though UTS #46 would pass
/// over them.
bool domain_to_ascii(std::string& address, std::size_t begin) {
    const std::string_view domain = std::string_view(address).substr(begin);
    if (is_ascii(domain)) return true;
    if (has_forbidden_wide(domain) || domain.find("\xC2\xAD") != domain.npos) return false;
    const auto ascii = ascii_domain(domain);
    if (ascii) address.replace(begin, address.npos, *ascii);
    return ascii.has_value();
}

}  // namespace

AddressProblem normalise_address(std::string_view raw, std::string& out) {
    const std::string_view text = trim(raw);
    if (text.empty()) return AddressProblem::missing;
    if (text.size() > max_raw) return AddressProblem::too_long;
    bool ascii = true;
    out.assign(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
        if (static_cast<unsigned char>(c) >= 0x80) ascii = false;
    }
    if (!ascii && !is_valid_utf8(out)) return AddressProblem::bad_encoding;
    const std::size_t at = out.find('@');
    if (at == std::string::npos || out.find('@', at + 1) != std::string::npos)
        return AddressProblem::not_one_at;
    const std::string_view local = std::string_view(out).substr(0, at);
    if (local.empty() || local.size() > max_local ||
        std::any_of(local.begin(), local.end(), forbidden_ascii) || (!ascii && has_forbidden_wide(local)))
        return AddressProblem::bad_local_part;
    if (!ascii && !domain_to_ascii(out, at + 1)) return AddressProblem::bad_domain;
    if (!valid_domain(std::string_view(out).substr(at + 1))) return AddressProblem::bad_domain;
    return out.size() > max_address ? AddressProblem::too_long : AddressProblem::none;
}

const char* to_string(AddressProblem p) noexcept {
    switch (p) {
        case AddressProblem::none:
            return "none";
        case AddressProblem::missing:
            return "address_missing";
        case AddressProblem::not_one_at:
            return "address_not_one_at";
        case AddressProblem::bad_local_part:
            return "address_bad_local_part";
        case AddressProblem::bad_domain:
            return "address_bad_domain";
        case AddressProblem::too_long:
            return "address_too_long";
        case AddressProblem::bad_encoding:
            return "address_bad_encoding";
    }
    return "none";
}

const char* words_of(AddressProblem p) noexcept {
    switch (p) {
        case AddressProblem::none:
            return "";
        case AddressProblem::missing:
            return "no e-mail address";
        case AddressProblem::not_one_at:
            return "the address has no @, or more than one";
        case AddressProblem::bad_local_part:
            return "what precedes the @ is no valid part of an address";
        case AddressProblem::bad_domain:
            return "what follows the @ is no domain";
        case AddressProblem::too_long:
            return "the address is longer than 254 bytes";
        case AddressProblem::bad_encoding:
            return "the address is not UTF-8";
    }
    return "";
}

}  // namespace audienced::plan
