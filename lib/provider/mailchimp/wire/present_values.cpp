#include "provider/mailchimp/wire/present_values.hpp"

#include <nlohmann/json.hpp>

#include "provider/json_answer.hpp"
#include "provider/mailchimp/wire/address_parts.hpp"

namespace audienced::provider::mailchimp {
namespace {

using nlohmann::json;

/// Numbers come back as numbers, what is empty as ""; a whole address as an object, which is no text.
std::optional<std::string> text_of_value(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number()) return value.dump();
    return std::nullopt;
}

std::optional<std::string> value_of_field(const json& merge_fields, const std::string& field) {
    const auto part = split_part(field);
    if (!part) return text_of_value(at(merge_fields, field.c_str()));
    const json& address = at(merge_fields, std::string(part->tag).c_str());
    if (address.is_string() && address == "") return std::string();
    return text_of_value(at(address, std::string(address_parts[part->part].name).c_str()));
}

}  // namespace

result<PresentContact> read_present_values(std::string_view body, const std::vector<std::string>& fields) {
    const json v = parse_answer(body);
    PresentContact out;
    out.there = true;
    out.state = text(v, "status");
    if (out.state.empty()) return unreadable("Mailchimp", "a contact");
    for (const std::string& field : fields)
        out.values.push_back(value_of_field(at(v, "merge_fields"), field));
    return out;
}

}  // namespace audienced::provider::mailchimp
