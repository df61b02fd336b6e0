// Address -> contact id for a whole list, in 32 bytes a contact.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace audienced::provider::constant_contact {

/// Filled, finished, then asked.
class IdTable {
public:
    void add(std::string_view address, std::string_view id);
    void finish();
    /// Empty if the contact is not in the table.
    std::string find(std::string_view address) const;
    /// Which of these ids are in the table.
    std::vector<bool> has(const std::vector<std::string>& ids) const;
    std::size_t size() const noexcept { return rows_.size() + odd_.size(); }

private:
    using Half = std::array<unsigned char, 16>;
    struct Row {
        Half address, id;
    };
    std::vector<Row> rows_;
    std::map<std::string, std::string, std::less<>> odd_;  // ids that are no UUID
};

}  // namespace audienced::provider::constant_contact
