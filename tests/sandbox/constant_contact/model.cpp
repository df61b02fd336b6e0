#include "constant_contact/model.hpp"

#include <algorithm>

namespace audienced::sandbox::constant_contact {
namespace {
constexpr std::string_view names[] = {"explicit",  "implicit",    "not_set", "pending_confirmation",
                                      "temp_hold", "unsubscribed"};
}

std::string_view print(Permission permission) {
    return names[static_cast<std::size_t>(permission)];
}

std::optional<Permission> parse_permission(std::string_view text) {
    for (std::size_t i = 0; i < std::size(names); ++i)
        if (names[i] == text) return static_cast<Permission>(i);
    return std::nullopt;
}

Contact* Account::find_email(const std::string& lower_case) {
    const auto found = by_email.find(lower_case);
    return found == by_email.end() ? nullptr : &contacts[found->second];
}

Contact* Account::find_id(const std::string& id) {
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : &contacts[found->second];
}

const CustomField* Account::field_named(std::string_view wanted) const {
    for (const auto& field : fields)
        if (field.name == wanted) return &field;
    return nullptr;
}

std::uint16_t Account::key(std::string_view field) {
    const auto found = std::find(keys.begin(), keys.end(), field);
    if (found != keys.end()) return static_cast<std::uint16_t>(found - keys.begin());
    keys.emplace_back(field);
    return static_cast<std::uint16_t>(keys.size() - 1);
}

std::string* Account::value(Contact& contact, std::string_view field) {
    const auto slot = key(field);
    for (auto& [key_, text] : contact.values)
        if (key_ == slot) return &text;
    return nullptr;
}

}  // namespace audienced::sandbox::constant_contact
