// How cultures write numeric dates and decimals, as far as it differs (Unicode CLDR, short date and number
// forms).
#include "base/text.hpp"
#include "source/cdm/moment.hpp"

namespace audienced::source::cdm {
namespace {

bool one_of(std::string_view list, std::string_view word) {
    for (std::size_t at = 0; at < list.size();) {
        const auto end = std::min(list.find(' ', at), list.size());
        if (list.substr(at, end - at) == word) return true;
        at = end + 1;
    }
    return false;
}

constexpr std::string_view day_first =
    "de fr es it pt nl da nb nn no fi pl cs sk ru uk tr el ro bg hr sl sr et lv is ca eu gl he ar vi id th "
    "en";
constexpr std::string_view year_first = "ja zh ko hu sv lt";
constexpr std::string_view comma =
    "de fr es it pt nl da nb nn no fi pl cs sk ru uk tr el ro bg hr sl sr et lv is ca eu gl vi id hu sv lt";

}  // namespace

Order order_of(std::string_view culture) {
    const std::string c = ascii_lower(culture);
    if (c.empty() || c == "en-us" || c == "en" || c == "en-ph" || c == "es-us" || c == "es-pr")
        return Order::month_day_year;
    if (c == "en-ca" || c == "fr-ca" || c == "en-za") return Order::year_month_day;
    const std::string_view language = std::string_view(c).substr(0, c.find('-'));
    if (one_of(day_first, language)) return Order::day_month_year;
    if (one_of(year_first, language)) return Order::year_month_day;
    return Order::unknown;
}

bool has_decimal_comma(std::string_view culture) {
    const std::string c = ascii_lower(culture);
    if (c == "es-us" || c == "es-mx" || c == "es-pr" || c == "de-ch" || c == "it-ch" || c == "de-li")
        return false;
    return one_of(comma, std::string_view(c).substr(0, c.find('-')));
}

}  // namespace audienced::source::cdm
