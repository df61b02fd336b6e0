#include "constant_contact/import_values.hpp"

#include <algorithm>
#include <cstdio>

#include "base/text.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

std::string number_error(const CustomField& field, std::string_view text) {
    const std::string wrong = "Invalid number: " + field.name;
    if (text.starts_with('-')) {
        if (field.type == "number" && !field.allow_negative) return wrong;
        text.remove_prefix(1);
    }
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const auto behind = point == text.npos ? std::string_view() : text.substr(point + 1);
    const auto digits = [](std::string_view s) {
        return !s.empty() && s.find_first_not_of("0123456789") == s.npos;
    };
    if (!digits(whole) || (point != text.npos && !digits(behind))) return wrong;
    if (field.integer && point != text.npos) return wrong;
    if (field.decimal_places > 0 && behind.size() > static_cast<std::size_t>(field.decimal_places))
        return wrong;
    return {};
}

}  // namespace

bool is_date(const std::string& text) {
    int a = 0, b = 0, c = 0;
    char rest = 0;
    const char* forms[] = {"%4d-%2d-%2d%c", "%4d/%2d/%2d%c", "%2d/%2d/%4d%c", "%2d-%2d-%4d%c"};
    for (int i = 0; i < 4; ++i) {
        if (std::sscanf(text.c_str(), forms[i], &a, &b, &c, &rest) != 3) continue;
        const int y = i < 2 ? a : c, m = i < 2 ? b : a, d = i < 2 ? c : b;
        if (y > 1000 && m >= 1 && m <= 12 && d >= 1 && d <= 31) return true;
    }
    return false;
}

std::string custom_value_error(const CustomField& field, const std::string& text) {
    if (field.type == "date" || field.type == "datetime")
        return is_date(text) ? std::string() : "Invalid date: " + field.name;
    if (field.type == "number" || field.type == "currency") return number_error(field, text);
    if (field.type == "boolean")
        return iequals(text, "true") || iequals(text, "false") ? std::string()
                                                               : "Invalid boolean: " + field.name;
    if (field.type == "single_select" || field.type == "multi_select") {
        const bool listed =
            std::find(field.choices.begin(), field.choices.end(), text) != field.choices.end();
        return listed ? std::string() : "Invalid choice: " + field.name;
    }
    return {};
}

bool is_foreign_phone(std::string_view text) {
    text = text.substr(0, text.find_first_of("xX"));
    const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (text.starts_with('+')) return true;
    const auto first = text.find_first_of("0123456789");
    if (first == text.npos || text[first] == '0') return true;
    return digits != 10 && !(digits == 11 && text[first] == '1');
}

}  // namespace audienced::sandbox::constant_contact
