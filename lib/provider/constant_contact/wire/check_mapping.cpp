#include "provider/constant_contact/wire/check_mapping.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "provider/constant_contact/wire/fields.hpp"
#include "provider/constant_contact/wire/limits.hpp"
#include "provider/mapping_check.hpp"

namespace audienced::provider::constant_contact {
namespace {

using Problems = std::vector<MappingProblem>;

std::vector<Field> custom_fields_of(const Destination& list) {
    std::vector<Field> out;
    for (const Field& f : list.fields)
        if (f.name.starts_with("cf:")) out.push_back(f);
    return out;
}

/// A phone number without a kind is kept as "other", an address without one as "home".
std::string kept_as(const std::string& name) {
    if (name == "phone") return "other_phone";
    for (const char* part : {"street", "street2", "city", "state", "zip", "country"})
        if (name == part) return "home_" + name;
    return name;
}

/// Nothing: it is only missing, and can be made.
std::optional<MappingProblem> why_missing(std::size_t at, const model::FieldMap& mapped) {
    const std::string_view field = trim(mapped.field);
    if (iequals(field, "email") || iequals(field, "email_address"))
        return mapping_problem(at, Errc::usage, "the address itself is no field: --email names it",
                               "leave out --map " + mapped.attribute + "=" + mapped.field);
    if (iequals(field, "home_country"))
        return mapping_problem(at, Errc::usage, "the country of the home address is called country here",
                               "say --map " + mapped.attribute + "=country");
    // What a field is called when it is made is what fits into its label.
    std::string_view label = field;
    if (label.size() > 3 && iequals(label.substr(0, 3), "cf:")) label.remove_prefix(3);
    if (first_characters(label, max_label_characters).size() == label.size()) return std::nullopt;
    MappingProblem cut = mapping_problem(
        at, Errc::usage,
        "\"" + mapped.field + "\" is longer than the " + std::to_string(max_label_characters) +
            " characters of a label: the field is called \"" + label_of(mapped.field) + "\"",
        "");
    cut.refuses = false;
    return cut;
}

void check_birthday(const std::vector<std::string>& names, Problems& out) {
    const auto month = std::find(names.begin(), names.end(), "birthday_month");
    const auto day = std::find(names.begin(), names.end(), "birthday_day");
    if ((month == names.end()) == (day == names.end())) return;
    const auto alone = month == names.end() ? day : month;
    out.push_back(mapping_problem(static_cast<std::size_t>(alone - names.begin()), Errc::usage,
                                  "a birthday has a month and a day: " + *alone + " alone is refused",
                                  month == names.end() ? "map birthday_month too" : "map birthday_day too"));
}

}  // namespace

std::vector<MappingProblem> check_mapping(const std::vector<model::FieldMap>& mapping,
                                          const Destination& list) {
    Problems out;
    const std::vector<Field> custom = custom_fields_of(list);
    std::vector<std::string> names, kept;
    for (std::size_t i = 0; i < mapping.size(); ++i) {
        names.push_back(field_name(mapping[i].field, custom));
        kept.push_back(kept_as(names[i]));
        if (find_field(list, names[i])) continue;
        if (auto problem = why_missing(i, mapping[i])) out.push_back(std::move(*problem));
    }
    refuse_shared_fields(mapping, kept, out);
    check_birthday(names, out);
    return out;
}

}  // namespace audienced::provider::constant_contact
