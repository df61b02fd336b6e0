// Which merge values are taken, and what is said about the others. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mailchimp/model.hpp"

namespace audienced::sandbox::mailchimp {

struct ValueRefusal {
    std::string field, message;
    bool schema = false;  // the shape of the request, not the value
};

struct ValueChanges {
    std::vector<std::pair<std::size_t, std::string>> set;  // slot, JSON text (empty clears)
    std::optional<ValueRefusal> refused;
};

/// `merge_fields` as sent (nullptr: absent); `known` holds the values of an existing contact, for the check
/// of required fields, which `skip_required` switches off.
ValueChanges read_values(const List&, const nlohmann::json* merge_fields, const Member* known,
                         bool skip_required);

}  // namespace audienced::sandbox::mailchimp
