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
    /// `clear_empty`: null and empty are sent as empty; otherwise they are not sent.
    Mapping(const std::string& email, const std::vector<model::FieldMap>& fields, bool clear_empty);

    /// The e-mail attribute first, then each mapped attribute once.
    const std::vector<std::string>& columns() const noexcept { return columns_; }
    std::string_view address(std::span<const source::Value> row) const {
        return row[0].null ? std::string_view{} : row[0].text;
    }
    /// One per field, in the mapping's order. nullopt: not sent.
    void values(std::span<const source::Value> row, FieldValues& out) const;

    /// "Did what we send change?" Covers the fields' names too, so that a changed mapping sends every member
    /// once more.
    std::uint64_t fingerprint(const KeyedHash& keyed, const FieldValues& values, std::string& buffer) const;

private:
    std::vector<std::string> columns_;
    std::vector<std::size_t> column_of_field_;
    std::string signature_;
    bool clear_empty_;
};

}  // namespace audienced::plan
