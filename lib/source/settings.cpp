#include "source/settings.hpp"

#include <algorithm>
#include <charconv>

namespace audienced::source {

std::string setting(const model::Source& source, const std::string& name) {
    const auto it = source.settings.find(name);
    return it == source.settings.end() ? std::string() : it->second;
}

result<void> check_settings(const model::Source& source, const OptionTable& table) {
    using As = model::Option::As;
    const auto missing = [&](const model::Option& option) {
        return setting(source, std::string(option.name)).empty();
    };
    const auto needs = [&](const model::Option& option) {
        return make_error(Errc::usage,
                          "a source of kind " + source.kind + " needs --" + std::string(option.name));
    };
    if (missing(table.place)) return needs(table.place);
    for (const auto& [name, value] : source.settings) {
        if (name == table.place.name) continue;
        const model::Option* known = model::find_option(table.others, name);
        if (known && known->as != As::secret) continue;
        std::string hint = "it takes --" + std::string(table.place.name);
        for (const auto& option : table.others)
            if (option.as != As::secret) hint += ", --" + std::string(option.name);
        return make_error(Errc::usage, "a source of kind " + source.kind + " has no setting --" + name, hint);
    }
    for (const auto& option : table.others)
        if (option.required && option.as != As::secret && missing(option)) return needs(option);
    if (auto wait = ready_wait(source); !wait) return wait.error();
    return {};
}

result<void> check_segment(const model::Segment& segment, std::string_view source_kind,
                           const std::vector<model::Segment::Kind>& known) {
    std::string words;
    for (const auto kind : known)
        words += (words.empty() ? "--" : " or --") + std::string(model::to_string(kind));
    if (std::find(known.begin(), known.end(), segment.kind) == known.end())
        return make_error(Errc::usage,
                          "a segment of a " + std::string(source_kind) + " source cannot be a " +
                              model::to_string(segment.kind),
                          "name it with " + words);
    if (segment.what.empty())
        return make_error(Errc::usage, "the segment does not name what to read", "use " + words);
    return {};
}

result<std::uint64_t> number_setting(const model::Source& source, const std::string& name,
                                     std::uint64_t absent, std::uint64_t low, std::uint64_t high) {
    const std::string text = setting(source, name);
    if (text.empty()) return absent;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < low || value > high)
        return make_error(Errc::usage, "--" + name + " is not a whole number from " + std::to_string(low) +
                                           " to " + std::to_string(high));
    return value;
}

result<bool> flag_setting(const model::Source& source, const std::string& name, bool absent) {
    const std::string text = setting(source, name);
    if (text.empty()) return absent;
    if (text == "true") return true;
    if (text == "false") return false;
    return make_error(Errc::usage, "--" + name + " is neither true nor false");
}

result<std::chrono::minutes> ready_wait(const model::Source& source) {
    constexpr std::uint64_t a_day = 24 * 60;
    auto minutes = number_setting(source, "ready-wait", 0, 0, a_day);
    if (!minutes) return minutes.error();
    return std::chrono::minutes(*minutes);
}

result<std::vector<std::size_t>> find_columns(std::span<const std::string> have,
                                              const std::vector<std::string>& wanted,
                                              const std::string& where) {
    std::vector<std::size_t> found;
    for (const auto& name : wanted) {
        const auto it = std::find(have.begin(), have.end(), name);
        const auto place = [&](auto at) { return "column " + std::to_string(at - have.begin() + 1); };
        if (it == have.end()) {
            std::string all;
            for (const auto& h : have) all += (all.empty() ? "" : ", ") + h;
            return make_error(Errc::not_found, where + " has no column " + name, "its columns are: " + all);
        }
        if (const auto second = std::find(it + 1, have.end(), name); second != have.end())
            return make_error(
                Errc::bad_config,
                where + " has two columns named " + name + ", " + place(it) + " and " + place(second),
                "give them different names");
        found.push_back(static_cast<std::size_t>(it - have.begin()));
    }
    return found;
}

Error cancelled() {
    return make_error(Errc::cancelled, "the read was cancelled");
}

}  // namespace audienced::source
