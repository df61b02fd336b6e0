#include "provider/refusal.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced::provider {
namespace {

/// "must contain a single @." speaks of the sign.
bool holds_address(std::string_view word) {
    return word.find('@') != std::string_view::npos && has_letter_or_digit(word);
}

}  // namespace

std::string without_addresses(std::string_view words) {
    std::string out;
    while (!words.empty()) {
        const auto end = std::min(words.find_first_of(" \t\r\n"), words.size());
        const std::string_view word = words.substr(0, end);
        out += holds_address(word) ? std::string_view("(address)") : word;
        if (end < words.size()) out += ' ';
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return std::string(truncate_utf8(out, 500));
}

Error refusal(std::string_view provider, const http::Response& response, const std::string& what,
              const std::string& words) {
    const std::string said = what + ": " + std::string(provider) + " answered " +
                             std::to_string(response.status) + (words.empty() ? "" : " (" + words + ")");
    if (response.status == 404) return make_error(Errc::not_found, said);
    if (response.status == 413) return make_error(Errc::too_large, said);
    if (response.status >= 400 && response.status < 500) return make_error(Errc::refused, said);
    return retryable(Errc::bad_answer, said);
}

}  // namespace audienced::provider
