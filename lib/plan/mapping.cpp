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

Mapping::Mapping(const std::string& email, const std::vector<model::FieldMap>& fields, bool clear_empty)
    : columns_{email}, clear_empty_(clear_empty) {
    for (const model::FieldMap& f : fields) {
        auto at = std::find(columns_.begin(), columns_.end(), f.attribute);
        if (at == columns_.end()) at = columns_.insert(columns_.end(), f.attribute);
        column_of_field_.push_back(static_cast<std::size_t>(at - columns_.begin()));
        append(signature_, f.field);
    }
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
    return keyed.short_value(buffer);
}

}  // namespace audienced::plan
