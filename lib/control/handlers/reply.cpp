#include "control/handlers/reply.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/json.hpp"

namespace audienced::control {

Reply json_reply(const nlohmann::json& value, unsigned status) {
    Reply reply;
    reply.status = status;
    reply.body = print(value) + "\n";
    return reply;
}

namespace {
result<std::uint64_t> whole_number(std::string_view what, std::string_view text, std::uint64_t least,
                                   std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most)
        return make_error(Errc::usage, std::string(what) + " must be a whole number from " +
                                           std::to_string(least) + " to " + std::to_string(most));
    return number;
}
}  // namespace

result<std::uint64_t> query_number(const Request& request, const char* key, std::uint64_t otherwise,
                                   std::uint64_t least, std::uint64_t most) {
    const auto it = request.query.find(key);
    if (it == request.query.end()) return otherwise;
    return whole_number(key, it->second, least, most);
}

result<model::RunId> run_argument(const Request& request) {
    auto number = whole_number("the number of a run", request.argument(0), 1, std::uint64_t{1} << 62);
    if (!number) return number.error();
    return static_cast<model::RunId>(*number);
}

result<std::string> checked_base(std::string_view option, std::string text) {
    constexpr std::string_view scheme = "https://";
    while (text.size() > scheme.size() && text.back() == '/') text.pop_back();
    const bool secure =
        text.size() > scheme.size() && iequals(std::string_view(text).substr(0, scheme.size()), scheme);
    if (!secure)
        return make_error(
            Errc::usage, std::string(option) + " must begin with https:// and name a host",
            "credentials and addresses never travel without TLS; --ca-file adds a CA of your own");
    const auto bad = [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == '@' || c == '?' || c == '#';
    };
    if (std::any_of(text.begin(), text.end(), bad))
        return make_error(Errc::usage, std::string(option) + " must have no user, query, fragment or blank");
    return text;
}

result<void> check_title(std::string_view title) {
    const bool control = std::any_of(
        title.begin(), title.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (trim(title).empty() || title.size() > 200 || control || !is_valid_utf8(title))
        return make_error(Errc::usage, "a title is one line of 1 to 200 bytes");
    return {};
}

}  // namespace audienced::control
