#include "source/cdm/values.hpp"

#include "source/cdm/moment.hpp"

namespace audienced::source::cdm {
namespace {

bool is_iso(std::string_view s) {
    if (s.size() < 10 || s[4] != '-' || s[7] != '-') return false;
    return s.size() == 10 || s[10] == 'T';
}

/// 1.234,5 -> 1234.5; false for anything that is no such number.
bool with_point(std::string_view in, std::string& out) {
    const auto at_comma = in.rfind(',');
    if (at_comma == in.npos || in.find(',') != at_comma || in.size() - at_comma < 2) return false;
    out.clear();
    for (std::size_t i = 0; i < in.size(); ++i) {
        const char c = in[i];
        if (c >= '0' && c <= '9')
            out += c;
        else if (i == at_comma)
            out += '.';
        else if ((c == '-' || c == '+') && i == 0)
            out += c;
        else if (c != '.' || i > at_comma)
            return false;
    }
    return true;
}

}  // namespace

delimited::Rewrite rewrite_for(const Attribute& attribute, const Entity& entity, const std::string& culture) {
    const std::string& type = attribute.type;
    if (type == "decimal" || type == "double") {
        if (!has_decimal_comma(culture)) return {};
        return with_point;
    }
    const bool date_only = type == "date";
    if (!date_only && type != "datetime" && type != "datetimeoffset") return {};
    const std::string pattern = date_only ? entity.date_format : entity.timestamp_format;
    const Order order = order_of(culture);
    return [pattern, order, date_only](std::string_view in, std::string& out) {
        if (in.empty()) return false;
        std::optional<Moment> moment;
        if (!pattern.empty()) moment = parse_pattern(in, pattern);
        if (!moment && is_iso(in)) return false;
        if (!moment) moment = parse_numeric(in, order);
        if (!moment) return false;
        out = moment->iso(date_only);
        return true;
    };
}

}  // namespace audienced::source::cdm
