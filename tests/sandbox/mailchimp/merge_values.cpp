#include "mailchimp/merge_values.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/text.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

struct Taken {
    std::string text;   // JSON text
    std::string wrong;  // the message when refused
    bool schema = false;
};

Taken refuse(std::string message, bool schema = false) {
    Taken taken;
    taken.wrong = std::move(message);
    taken.schema = schema;
    return taken;
}

Taken take(std::string text) {
    Taken taken;
    taken.text = std::move(text);
    return taken;
}

bool is_date(const std::string& text, int& y, int& m, int& d) {
    char rest = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2d%c", &y, &m, &d, &rest) != 3 &&
        std::sscanf(text.c_str(), "%2d/%2d/%4d%c", &m, &d, &y, &rest) != 3)
        return false;
    constexpr int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1] && (m != 2 || d <= 28 || leap) && y >= 1000;
}

Taken take_address(const json& value) {
    for (const char* part : {"addr1", "city", "state", "zip"})
        if (text_of(value, part).empty()) return refuse("Please enter a complete address");
    json out = json::object();
    for (const char* part : {"addr1", "addr2", "city", "state", "zip", "country"})
        out[part] = text_of(value, part);
    if (out["country"] == "") out["country"] = "US";
    return take(print_json(out));
}

Taken take_number(const json& value) {
    if (value.is_number()) return take(print_json(value));
    if (!value.is_string()) return refuse("Please enter a number");
    const std::string text(trim(value.get<std::string>()));
    char* end = nullptr;
    const double n = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || text.find_first_of("xXnN") != std::string::npos)
        return refuse("Please enter a number");
    return take(print_json(
        n == static_cast<double>(static_cast<long long>(n)) ? json(static_cast<long long>(n)) : json(n)));
}

Taken take_value(const MergeField& field, const json& value) {
    if (value.is_null()) return refuse("Schema describes string, NULL found instead", true);
    if (value.is_array()) return refuse("Data did not match any of the schemas described in anyOf.", true);
    if (value.is_object())
        return field.type == "address"
                   ? take_address(value)
                   : refuse("Data did not match any of the schemas described in anyOf.", true);
    if (value.is_boolean()) return refuse("Schema describes string, boolean found instead", true);
    if (value.is_string() && value.get_ref<const std::string&>().empty()) return take({});
    if (field.type == "number") return take_number(value);
    const std::string text = value.is_string() ? value.get<std::string>() : print_json(value);
    if (field.type == "address") return refuse("Please enter a complete address");
    if (field.type == "date") {
        int y = 0, m = 0, d = 0;
        if (!is_date(text, y, m, d)) return refuse("Please enter a valid date");
        char buffer[48];
        std::snprintf(buffer, sizeof buffer, "\"%04d-%02d-%02d\"", y, m, d);
        return take(buffer);
    }
    if (field.type == "birthday") {
        int m = 0, d = 0;
        char rest = 0;
        if (std::sscanf(text.c_str(), "%2d/%2d%c", &m, &d, &rest) != 2 || m < 1 || m > 12 || d < 1 || d > 31)
            return refuse("Please enter a valid birthday");
        return take(sandbox::quoted(text));
    }
    if (field.type == "zip" &&
        (text.size() != 5 || text.find_first_not_of("0123456789") != std::string::npos))
        return refuse("Please enter a valid zip code");
    if (field.type == "phone" && field.phone_format == "US") {
        std::string digits;
        std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
                     [](char c) { return c >= '0' && c <= '9'; });
        if (digits.size() != 10) return refuse("Please enter a valid phone number");
    }
    if ((field.type == "url" || field.type == "imageurl") && text.find("://") == std::string::npos)
        return refuse("Please enter a valid URL");
    if ((field.type == "dropdown" || field.type == "radio") &&
        std::find(field.choices.begin(), field.choices.end(), text) == field.choices.end())
        return refuse("Please choose one of the listed values");
    if (text.size() > 255) return refuse("Please enter no more than 255 characters");
    return take(sandbox::quoted(text));
}

}  // namespace

ValueChanges read_values(const List& list, const json* sent, const Member* known, bool skip_required) {
    ValueChanges out;
    if (sent && !sent->is_object()) {
        out.refused = ValueRefusal{"merge_fields",
                                   std::string("Schema describes object, ") +
                                       (sent->is_null() ? "NULL" : sent->type_name()) + " found instead",
                                   true};
        return out;
    }
    for (std::size_t slot = 0; slot < list.fields.size(); ++slot) {
        const MergeField& field = list.fields[slot];
        if (field.removed) continue;
        const bool has_value = known && known->values.size() > slot && !known->values[slot].empty();
        bool given = has_value;
        if (sent) {
            const auto found = sent->find(field.tag);
            if (found != sent->end()) {
                Taken taken = take_value(field, *found);
                if (!taken.wrong.empty()) {
                    out.refused = ValueRefusal{taken.schema ? "merge_fields." + field.tag : field.tag,
                                               taken.wrong, taken.schema};
                    return out;
                }
                given = !taken.text.empty();
                out.set.emplace_back(slot, std::move(taken.text));
            }
        }
        if (field.required && !given && !skip_required) {
            out.refused = ValueRefusal{field.tag, "Please enter a value", false};
            return out;
        }
        if (!known && !given && !field.default_value.empty())
            out.set.emplace_back(slot, sandbox::quoted(field.default_value));
    }
    return out;
}

}  // namespace audienced::sandbox::mailchimp
