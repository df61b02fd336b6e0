// An address field is filled part by part: a mapping names ADDRESS.addr1, ADDRESS.city ... Pure.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "provider/types.hpp"

namespace audienced::provider::mailchimp {

struct AddressPart {
    std::string_view name;
    bool required;  // Mailchimp refuses an address without it: "Please enter a complete address"
};
constexpr std::array<AddressPart, 6> address_parts{
    {{"addr1", true}, {"addr2", false}, {"city", true}, {"state", true}, {"zip", true}, {"country", false}}};
constexpr std::string_view type_of_part = "part of an address";

/// ADDRESS.city -> ADDRESS and the index of city; nothing for what is no part of an address.
struct PartName {
    std::string_view tag;
    std::size_t part;
};
std::optional<PartName> split_part(std::string_view wire_name);

/// The fields ADDRESS.addr1 and so on of an address field.
std::vector<Field> parts_of(const Field& address);

}  // namespace audienced::provider::mailchimp
