#include "provider/mailchimp/wire/merge_columns.hpp"

#include <algorithm>

#include "provider/mailchimp/wire/json_text.hpp"
#include "provider/mailchimp/wire/requests.hpp"

namespace audienced::provider::mailchimp {
namespace {

/// Null: not to be sent.
const std::string* value_of(const model::Member& member, std::size_t field) {
    return field < member.values.size() && member.values[field] ? &*member.values[field] : nullptr;
}

}  // namespace

MergeColumns::MergeColumns(const std::vector<std::string>& fields, const FieldTypes& types) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string tag = merge_tag(fields[i]);
        const auto part = split_part(tag);
        std::string name;
        append_json(name, part ? part->tag : std::string_view(tag));
        name += ':';
        auto column = std::find_if(columns_.begin(), columns_.end(),
                                   [&](const Column& c) { return part && c.address && c.name == name; });
        if (column == columns_.end()) {
            Column made;
            made.name = std::move(name);
            made.address = part.has_value();
            made.value = i;
            const auto type = types.find(tag);
            made.number = type != types.end() && type->second == "number";
            column = columns_.insert(columns_.end(), std::move(made));
        }
        if (part) column->parts[part->part] = i;
    }
}

void MergeColumns::append(std::string& out, const model::Member& member) const {
    for (const Column& column : columns_) {
        if (column.address) {
            append_address(out, column, member);
            continue;
        }
        const std::string* value = value_of(member, column.value);
        if (!value) continue;
        if (out.back() != '{') out += ',';
        out += column.name;
        if (column.number && is_json_number(*value))
            out += *value;
        else
            append_json(out, *value);
    }
}

void MergeColumns::append_address(std::string& out, const Column& column, const model::Member& member) {
    bool any = false, filled = false, complete = true;
    for (std::size_t part = 0; part < address_parts.size(); ++part) {
        const std::string* value = column.parts[part] ? value_of(member, *column.parts[part]) : nullptr;
        const bool has = value && !value->empty();
        any = any || value;
        filled = filled || has;
        complete = complete && (has || !address_parts[part].required);
    }
    // Half an address would be refused, and the member with it.
    if (!any || (filled && !complete)) return;
    if (out.back() != '{') out += ',';
    out += column.name;
    if (!filled) {
        out += "\"\"";  // clears it
        return;
    }
    out += '{';
    for (std::size_t part = 0; part < address_parts.size(); ++part) {
        const std::string* value = column.parts[part] ? value_of(member, *column.parts[part]) : nullptr;
        if (!value) continue;
        if (out.back() != '{') out += ',';
        append_json(out, address_parts[part].name);
        out += ':';
        append_json(out, *value);
    }
    out += '}';
}

}  // namespace audienced::provider::mailchimp
