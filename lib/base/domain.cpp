#include "base/domain.hpp"

#include <idn2.h>

#include <memory>

#include "base/text.hpp"

namespace audienced {

std::optional<std::string> ascii_domain(std::string_view domain) {
    const std::string text(domain);
    char* found = nullptr;
    const int done = idn2_to_ascii_8z(text.c_str(), &found,
                                      IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES);
    const std::unique_ptr<char, void (*)(void*)> owned(found, idn2_free);
    // A NUL in the middle would hide what follows it.
    if (done != IDN2_OK || text.find('\0') != text.npos) return std::nullopt;
    return std::string(owned.get());
}

std::string comparable_address(std::string_view text) {
    std::string out = ascii_lower(trim(text));
    const std::size_t at = out.rfind('@');
    if (at == out.npos) return out;
    const std::string_view domain = std::string_view(out).substr(at + 1);
    if (is_ascii(domain)) return out;
    if (const auto ascii = ascii_domain(domain)) out.replace(at + 1, out.npos, *ascii);
    return out;
}

}  // namespace audienced
