#include "provider/mailchimp/wire/check_mapping.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "provider/mailchimp/wire/address_parts.hpp"
#include "provider/mailchimp/wire/requests.hpp"
#include "provider/mapping_check.hpp"

namespace audienced::provider::mailchimp {
namespace {

using Problems = std::vector<MappingProblem>;

/// The field that is called so, where the tag is something else.
const Field* find_label(const Destination& audience, std::string_view label) {
    for (const Field& f : audience.fields)
        if (f.type != type_of_part && iequals(trim(f.label), trim(label))) return &f;
    return nullptr;
}

std::string all_parts(std::string_view tag) {
    std::string out;
    for (const AddressPart& part : address_parts)
        out += (out.empty() ? "" : ", ") + std::string(tag) + "." + std::string(part.name);
    return out;
}

MappingProblem whole_address(std::size_t at, const Field& field) {
    const std::string part = "=" + field.name + ".";
    return mapping_problem(at, Errc::usage, field.name + " is an address, which text cannot fill as a whole",
                           "map its parts: --map street" + part + "addr1 --map city" + part +
                               "city --map state" + part + "state --map zip" + part + "zip");
}

/// A part of something that has no such part.
MappingProblem no_part(std::size_t at, const std::string& wire, const Destination& audience) {
    const std::string tag = wire.substr(0, wire.find('.'));
    const Field* field = find_field(audience, tag);
    if (!field)
        return mapping_problem(at, Errc::not_found,
                               "there is no address field " + tag + " at " + audience.name,
                               "make a field of type address there");
    if (field->type != "address")
        return mapping_problem(at, Errc::usage, tag + " is no address: it has no part " + wire,
                               "map the attribute to " + tag);
    return mapping_problem(at, Errc::usage, "an address has no part " + wire, "it has " + all_parts(tag));
}

/// Nothing: it is only missing, and can be made.
std::optional<MappingProblem> why_missing(std::size_t at, const model::FieldMap& mapped,
                                          const std::string& wire, const Destination& audience) {
    if (wire == "EMAIL")
        return mapping_problem(at, Errc::usage, "EMAIL is the address itself, which --email names",
                               "leave out --map " + mapped.attribute + "=" + mapped.field);
    if (const Field* meant = find_label(audience, mapped.field))
        return mapping_problem(
            at, Errc::not_found,
            "\"" + mapped.field + "\" is the label of the field with the tag " + meant->name,
            "--map takes tags: say --map " + mapped.attribute + "=" + meant->name);
    if (wire.find('.') != wire.npos) return no_part(at, wire, audience);
    if (is_merge_tag(wire)) return std::nullopt;
    return mapping_problem(at, Errc::usage,
                           "there is no field " + wire + " at " + audience.name +
                               ", and none can be made: a tag has 1 to 10 of the characters A-Z, 0-9 and _",
                           "use the tag of a field that is there, or a shorter one");
}

/// What Mailchimp asks of each address that is filled at all.
void check_addresses(const std::vector<std::string>& names, Problems& out) {
    std::vector<std::string_view> seen;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto name = split_part(names[i]);
        if (!name || std::find(seen.begin(), seen.end(), name->tag) != seen.end()) continue;
        seen.push_back(name->tag);
        std::string lacking;
        for (const AddressPart& part : address_parts) {
            const std::string wanted = std::string(name->tag) + "." + std::string(part.name);
            if (part.required && std::find(names.begin(), names.end(), wanted) == names.end())
                lacking += (lacking.empty() ? "" : ", ") + wanted;
        }
        if (!lacking.empty())
            out.push_back(mapping_problem(
                i, Errc::usage, "Mailchimp takes no address without street, city, state and zip code",
                "map " + lacking + " too"));
    }
}

}  // namespace

std::vector<MappingProblem> check_mapping(const std::vector<model::FieldMap>& mapping,
                                          const Destination& audience) {
    Problems out;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < mapping.size(); ++i) {
        names.push_back(merge_tag(mapping[i].field));
        const Field* field = find_field(audience, names[i]);
        if (field && field->type == "address") {
            out.push_back(whole_address(i, *field));
        } else if (!field) {
            if (auto problem = why_missing(i, mapping[i], names[i], audience))
                out.push_back(std::move(*problem));
        }
    }
    refuse_shared_fields(mapping, names, out);
    check_addresses(names, out);
    return out;
}

}  // namespace audienced::provider::mailchimp
