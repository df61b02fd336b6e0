#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/text.hpp"
#include "constant_contact/import.hpp"
#include "constant_contact/import_values.hpp"
#include "constant_contact/routes.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

struct Known {
    const char* name;
    std::size_t most;
};
constexpr Known known_fields[] = {
    {"first_name", 50},    {"last_name", 50},   {"job_title", 50},  {"company_name", 50},
    {"phone", 50},         {"home_phone", 50},  {"work_phone", 50}, {"mobile_phone", 50},
    {"other_phone", 50},   {"street", 255},     {"street2", 255},   {"city", 50},
    {"state", 50},         {"zip", 50},         {"country", 50},    {"anniversary", 10},
    {"birthday_month", 2}, {"birthday_day", 2}, {"sms_number", 16}, {"sms_consent_date", 30}};
constexpr const char* prefixes[] = {"home_", "work_", "other_"};
constexpr const char* address_parts[] = {"street", "street2", "city", "state", "zip", "country"};

std::size_t most_of(const std::string& name) {
    for (const auto& field : known_fields)
        if (name == field.name) return field.most;
    for (const char* prefix : prefixes)
        for (const char* part : address_parts)
            if (name == std::string(prefix) + part)
                return std::string_view(part).starts_with("street") ? 255 : 50;
    return 0;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_address(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || text.find('@', at + 1) != std::string_view::npos)
        return false;
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= 0x20 ||
            std::string_view(",()<>[]{}\"").find(c) != std::string_view::npos)
            return false;
    const auto domain = text.substr(at + 1);
    return domain.find('.') != std::string_view::npos && domain.front() != '.' && domain.back() != '.' &&
           domain.find("..") == std::string_view::npos;
}

std::string value_error(const std::string& name, const std::string& text) {
    if (name == "anniversary" && !is_date(text)) return "Invalid anniversary";
    const long n = std::strtol(text.c_str(), nullptr, 10);
    if ((name == "birthday_month" && (n < 1 || n > 12)) || (name == "birthday_day" && (n < 1 || n > 31)))
        return "Invalid birthday";
    return {};
}

}  // namespace

void read_row(Account& account, const Knobs& knobs,
              const std::vector<std::pair<std::string, std::string>>& pairs, ImportRow& row) {
    bool month = false, day = false;
    const auto refuse = [&](std::string text, bool correctable) {
        if (!row.error.empty()) return;
        row.error = std::move(text);
        row.correctable = correctable;
    };
    int custom = 0;
    for (const auto& [name, sent] : pairs) {
        if (name == "email") {
            row.email = normalise_address(sent);
            continue;
        }
        std::string text = sent;
        std::size_t most = most_of(name);
        const CustomField* field = nullptr;
        if (name.starts_with("cf:")) {
            field = account.field_named(std::string_view(name).substr(3));
            if (!field) {
                if (knobs.cc_unknown_custom_field == "row_error") refuse("Unknown custom field", false);
                continue;
            }
            if (++custom > 25) refuse("Too many custom fields", false);
            most = 255;
        }
        if (most == 0) continue;  // unknown members of a row are passed over in silence
        if (text.empty() && !knobs.cc_empty_clears) continue;
        if (!text.empty())
            if (auto wrong = field ? custom_value_error(*field, text) : value_error(name, text);
                !wrong.empty())
                refuse(std::move(wrong), true);
        if (name.ends_with("phone") && !field && is_foreign_phone(text)) continue;  // in silence
        month = month || name == "birthday_month";
        day = day || name == "birthday_day";
        if (characters(text) > most) {
            if (knobs.cc_long_values == "truncate")
                text = std::string(truncate_utf8(text, most));
            else
                refuse("Value too long: " + name, false);
        }
        row.values.emplace_back(account.key(name), std::move(text));
    }
    if (month != day) refuse("Invalid birthday", true);
    if (row.email.empty())
        refuse("No e-mail address", true);
    else if (!is_address(row.email) || characters(row.email) > static_cast<std::size_t>(knobs.cc_email_max))
        refuse("Invalid email address", true);
}

std::size_t rows_within(std::string_view body, std::size_t limit) {
    std::size_t rows = 0;
    int depth = 0;
    const auto start = body.find("\"import_data\"");
    if (start == std::string_view::npos) return 0;
    for (std::size_t i = body.find('[', start); i < body.size() && i < limit; ++i) {
        const char c = body[i];
        if (c == '"') {
            for (++i; i < body.size() && body[i] != '"'; ++i)
                if (body[i] == '\\') ++i;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
            if (c == '}' && depth == 1) ++rows;
            if (depth == 0) break;
        }
    }
    return rows;
}

std::vector<std::vector<std::string>> read_csv(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<std::string> row;
    std::string field;
    bool quoted = false, any = false;
    const auto end_row = [&] {
        row.push_back(std::move(field));
        field.clear();
        if (any || row.size() > 1) rows.push_back(std::move(row));
        row.clear();
        any = false;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '"' && i + 1 < text.size() && text[i + 1] == '"')
                field += text[++i];
            else if (c == '"')
                quoted = false;
            else
                field += c;
        } else if (c == '"' && field.empty()) {
            quoted = any = true;
        } else if (c == ',') {
            row.push_back(std::move(field));
            field.clear();
            any = true;
        } else if (c == '\n') {
            end_row();
        } else if (c != '\r') {
            field += c;
            any = true;
        }
    }
    if (any) end_row();
    return rows;
}

}  // namespace audienced::sandbox::constant_contact
