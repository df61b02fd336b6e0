#include "schedule/cron_field.hpp"

#include <charconv>
#include <optional>

namespace audienced::schedule {
namespace {

std::string allowed(const FieldRule& rule) {
    std::string out = std::to_string(rule.lowest) + " to " + std::to_string(rule.highest);
    if (!rule.names.empty())
        out += " or " + std::string(rule.names.front()) + " to " + std::string(rule.names.back());
    return out;
}

Error refused(std::string_view text, const FieldRule& rule, std::string why) {
    return make_error(Errc::usage,
                      "'" + std::string(text) + "' is not a " + rule.name + ": " + std::move(why));
}

std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

result<void> add_part(std::string_view part, const FieldRule& rule, std::bitset<64>& into) {
    unsigned step = 1;
    std::string_view range = part;
    const std::size_t slash = part.find('/');
    if (slash != std::string_view::npos) {
        const auto wanted = number(part.substr(slash + 1));
        if (!wanted || *wanted == 0 || *wanted > rule.highest)
            return refused(part, rule, "a step is a number from 1 to " + std::to_string(rule.highest));
        step = *wanted;
        range = part.substr(0, slash);
    }
    unsigned first = rule.lowest, last = rule.highest;
    const std::size_t dash = range.find('-');
    if (range != "*") {
        const auto low = parse_cron_value(range.substr(0, dash), rule);
        if (!low) return low.error();
        first = last = *low;
        if (dash != std::string_view::npos) {
            const auto high = parse_cron_value(range.substr(dash + 1), rule);
            if (!high) return high.error();
            last = *high;
            if (last < first) return refused(part, rule, "the range runs backwards; write it as two");
        } else if (slash != std::string_view::npos) {
            return refused(part, rule,
                           "a step needs a range, as in " + std::string(range) + "-" +
                               std::to_string(rule.highest) + "/" + std::to_string(step));
        }
    }
    for (unsigned value = first; value <= last; value += step) into.set(value);
    return {};
}

}  // namespace

std::vector<std::string_view> split_list(std::string_view text, char by) {
    std::vector<std::string_view> out;
    for (;;) {
        const std::size_t end = text.find(by);
        out.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

result<unsigned> parse_cron_value(std::string_view text, const FieldRule& rule) {
    for (unsigned i = 0; i < rule.names.size(); ++i)
        if (text == rule.names[i]) return rule.lowest + i;
    const auto value = number(text);
    if (!value || *value < rule.lowest || *value > rule.highest)
        return refused(text, rule, "it takes " + allowed(rule));
    return *value;
}

result<std::bitset<64>> parse_cron_field(std::string_view text, const FieldRule& rule) {
    std::bitset<64> out;
    for (const std::string_view part : split_list(text, ',')) {
        if (part.empty()) return refused(text, rule, "there is an empty entry in the list");
        if (auto added = add_part(part, rule, out); !added) return added.error();
    }
    return out;
}

}  // namespace audienced::schedule
