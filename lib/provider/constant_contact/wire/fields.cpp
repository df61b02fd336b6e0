#include "provider/constant_contact/wire/fields.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "provider/constant_contact/wire/limits.hpp"

namespace audienced::provider::constant_contact {
namespace {

struct Standard {
    const char* name;
    const char* type;
    std::size_t width;  // characters; reference, contacts_json_import
};
constexpr Standard standard[] = {
    {"first_name", "string", 50},   {"last_name", "string", 50},    {"job_title", "string", 50},
    {"company_name", "string", 50}, {"birthday_month", "month", 2}, {"birthday_day", "day", 2},
    {"anniversary", "date", 10},    {"phone", "phone", 50},         {"home_phone", "phone", 50},
    {"work_phone", "phone", 50},    {"mobile_phone", "phone", 50},  {"other_phone", "phone", 50},
};
constexpr Standard address_parts[] = {
    {"street", "string", 255}, {"street2", "string", 255}, {"city", "string", 50},
    {"state", "string", 50},   {"zip", "string", 50},      {"country", "string", 50},
};
constexpr const char* address_kinds[] = {"", "home_", "work_", "other_"};
constexpr std::size_t custom_width = 255;

const Standard* find_standard(std::string_view name) {
    const auto called = [](std::string_view wanted) {
        return [wanted](const Standard& s) { return iequals(s.name, wanted); };
    };
    if (const auto* it = std::find_if(std::begin(standard), std::end(standard), called(name));
        it != std::end(standard))
        return it;
    for (const std::string_view kind : address_kinds) {
        if (name.size() <= kind.size() || !iequals(name.substr(0, kind.size()), kind)) continue;
        const auto* it = std::find_if(std::begin(address_parts), std::end(address_parts),
                                      called(name.substr(kind.size())));
        // The reference spells the country of a home address with a blank; which spelling works is not known.
        if (it != std::end(address_parts) && !(kind == "home_" && iequals(it->name, "country"))) return it;
    }
    return nullptr;
}

std::string_view bare(std::string_view mapped) {
    mapped = trim(mapped);
    if (mapped.size() > 3 && iequals(mapped.substr(0, 3), "cf:")) mapped.remove_prefix(3);
    return mapped;
}

bool is_custom(std::string_view name) {
    return name.starts_with("cf:");
}

}  // namespace

std::string_view first_characters(std::string_view s, std::size_t n) {
    if (s.size() <= n) return s;
    for (std::size_t i = 0; i < s.size(); ++i) {
        const bool begins_character = (static_cast<unsigned char>(s[i]) & 0xc0) != 0x80;
        if (begins_character && n-- == 0) return s.substr(0, i);
    }
    return s;
}

const std::vector<Field>& standard_fields() {
    static const std::vector<Field> all = [] {
        std::vector<Field> out;
        const auto add = [&](std::string name, const char* type) {
            Field f;
            f.label = name;
            f.name = std::move(name);
            f.type = type;
            out.push_back(std::move(f));
        };
        for (const Standard& s : standard) add(s.name, s.type);
        for (const char* kind : address_kinds)
            for (const Standard& s : address_parts)
                if (std::string name = std::string(kind) + s.name; find_standard(name))
                    add(std::move(name), s.type);
        return out;
    }();
    return all;
}

std::string plain_field_name(std::string_view mapped) {
    const std::string_view name = trim(mapped);
    if (find_standard(name)) return ascii_lower(name);
    // A field that is made for it is called by the label as it was cut.
    std::string out = "cf:" + label_of(name);
    std::replace(out.begin(), out.end(), ' ', '_');
    return out;
}

std::string field_name(std::string_view mapped, const std::vector<Field>& custom) {
    std::string plain = plain_field_name(mapped);
    if (!is_custom(plain)) return plain;
    const std::string label = label_of(mapped);
    for (const Field& f : custom)
        if (iequals(f.name, plain)) return f.name;
    for (const Field& f : custom)
        if (iequals(trim(f.label), label)) return f.name;
    return plain;
}

std::string label_of(std::string_view mapped) {
    return std::string(trim(first_characters(bare(mapped), max_label_characters)));
}

std::size_t width_of(std::string_view field) {
    const Standard* known = is_custom(field) ? nullptr : find_standard(field);
    return known ? known->width : custom_width;
}

}  // namespace audienced::provider::constant_contact
