// The values of members as the merge fields of a call. Pure.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/batch.hpp"
#include "provider/mailchimp/wire/address_parts.hpp"

namespace audienced::provider::mailchimp {

/// Merge tag -> type, as the audience defines them.
using FieldTypes = std::map<std::string, std::string, std::less<>>;

/// Values are as the plan fitted them to their fields (values.hpp); here they become JSON.
class MergeColumns {
public:
    MergeColumns(const std::vector<std::string>& fields, const FieldTypes& types);
    /// `"FNAME":"Ann","LTV":12`, without what is not to be sent.
    void append(std::string& out, const model::Member& member) const;

private:
    struct Column {
        std::string name;  // "\"FNAME\":", once for all rows
        bool number = false;
        bool address = false;
        std::size_t value = 0;  // of a field that is no address
        std::array<std::optional<std::size_t>, address_parts.size()> parts;
    };
    static void append_address(std::string& out, const Column& column, const model::Member& member);
    std::vector<Column> columns_;
};

}  // namespace audienced::provider::mailchimp
