// How a row becomes a member: which columns to ask for, and which value goes to which field.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "model/export.hpp"
#include "source/source.hpp"

namespace audienced::plan {

using FieldValues = std::vector<std::optional<std::string_view>>;

class Mapping {
public:
    /// `clear_empty`: null and empty are sent as empty; otherwise they are not sent. `field_ids`: the
    /// provider's, parallel to `fields`; may be empty. `key`: the attribute that is a stable key of the
    /// person; may be empty.
    Mapping(const std::string& email, const std::vector<model::FieldMap>& fields, bool clear_empty,
            const std::vector<std::string>& field_ids = {}, const std::string& key = {});

    /// The e-mail attribute first, then each mapped attribute and the key once.
    const std::vector<std::string>& columns() const noexcept { return columns_; }
    std::string_view address(std::span<const source::Value> row) const {
        return row[0].null ? std::string_view{} : row[0].text;
    }
    /// Empty: the export has no key, or the row has none.
    std::string_view key(std::span<const source::Value> row) const {
        return !key_column_ || row[*key_column_].null ? std::string_view{} : row[*key_column_].text;
    }
    /// One per field, in the mapping's order. nullopt: not sent.
    void values(std::span<const source::Value> row, FieldValues& out) const;

    /// "Did what we send change?" Covers the fields' names and ids too, so that a changed mapping, or a field
    /// that was deleted and made again, sends every member once more. Never 0.
    std::uint64_t fingerprint(const KeyedHash& keyed, const FieldValues& values, std::string& buffer) const;

private:
    std::size_t column_of(const std::string& attribute);

    std::vector<std::string> columns_;
    std::vector<std::size_t> column_of_field_;
    std::optional<std::size_t> key_column_;
    std::string signature_;
    bool clear_empty_;
};

}  // namespace audienced::plan
