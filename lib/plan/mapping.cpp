#include "plan/mapping.hpp"

#include <algorithm>

namespace audienced::plan {
namespace {

// Length first, so that no two lists of values have the same encoding; 0 stands for "not sent".
void append(std::string& out, std::optional<std::string_view> value) {
    const std::uint32_t size = value ? static_cast<std::uint32_t>(value->size()) + 1 : 0;
    out.append(reinterpret_cast<const char*>(&size), sizeof size);
    if (value) out.append(*value);
}

}  // namespace

Mapping::Mapping(const std::string& email, const std::vector<model::FieldMap>& fields, bool clear_empty,
                 const std::vector<std::string>& field_ids, const std::string& key)
    : columns_{email}, clear_empty_(clear_empty) {
    for (const std::string& id : field_ids) append(signature_, id);
    for (const model::FieldMap& f : fields) {
        column_of_field_.push_back(column_of(f.attribute));
        append(signature_, f.field);
    }
    if (!key.empty()) key_column_ = column_of(key);
}

std::size_t Mapping::column_of(const std::string& attribute) {
    auto at = std::find(columns_.begin(), columns_.end(), attribute);
    if (at == columns_.end()) at = columns_.insert(columns_.end(), attribute);
    return static_cast<std::size_t>(at - columns_.begin());
}

void Mapping::values(std::span<const source::Value> row, FieldValues& out) const {
    out.clear();
    for (const std::size_t column : column_of_field_) {
        const source::Value& v = row[column];
        if (!v.null && !v.text.empty())
            out.emplace_back(v.text);
        else if (clear_empty_)
            out.emplace_back(std::string_view{});
        else
            out.emplace_back(std::nullopt);
    }
}

std::uint64_t Mapping::fingerprint(const KeyedHash& keyed, const FieldValues& values,
                                   std::string& buffer) const {
    buffer.assign(signature_);
    for (const auto& v : values) append(buffer, v);
    // 0 stands for values that are not known.
    return std::max<std::uint64_t>(keyed.short_value(buffer), 1);
}

}  // namespace audienced::plan
