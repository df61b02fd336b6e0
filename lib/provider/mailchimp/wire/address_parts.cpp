#include "provider/mailchimp/wire/address_parts.hpp"

namespace audienced::provider::mailchimp {

std::optional<PartName> split_part(std::string_view wire_name) {
    const auto dot = wire_name.find('.');
    if (dot == wire_name.npos) return std::nullopt;
    for (std::size_t i = 0; i < address_parts.size(); ++i)
        if (wire_name.substr(dot + 1) == address_parts[i].name) return PartName{wire_name.substr(0, dot), i};
    return std::nullopt;
}

std::vector<Field> parts_of(const Field& address) {
    std::vector<Field> out;
    for (const AddressPart& part : address_parts) {
        Field f;
        f.id = address.id + "." + std::string(part.name);
        f.name = address.name + "." + std::string(part.name);
        f.label = address.label;
        f.type = type_of_part;
        f.format = address.format;
        out.push_back(std::move(f));
    }
    return out;
}

}  // namespace audienced::provider::mailchimp
