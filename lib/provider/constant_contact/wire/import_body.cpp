#include "provider/constant_contact/wire/import_body.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provider/constant_contact/wire/limits.hpp"

namespace audienced::provider::constant_contact {
namespace {

constexpr std::string_view quoted_characters = ",\"\r\n";

bool is_blank(const model::Member& m, std::size_t column) {
    return column >= m.values.size() || !m.values[column] || m.values[column]->empty();
}

/// Columns that at least one row fills.
std::vector<std::size_t> filled(const model::Batch& batch, std::span<const std::size_t> rows,
                                std::size_t columns) {
    std::vector<std::size_t> out;
    for (std::size_t c = 0; c < columns; ++c)
        if (std::any_of(rows.begin(), rows.end(),
                        [&](std::size_t r) { return !is_blank(batch.members[r], c); }))
            out.push_back(c);
    return out;
}

bool fits_a_table(const model::Batch& batch, std::span<const std::size_t> rows,
                  std::span<const std::size_t> columns) {
    for (const std::size_t row : rows)
        for (const std::size_t c : columns) {
            const model::Member& m = batch.members[row];
            if (is_blank(m, c) || m.values[c]->find_first_of("\r\n") != std::string::npos) return false;
        }
    return true;
}

bool wants_quotes(std::string_view value) {
    return value.find_first_of(quoted_characters) != std::string_view::npos || value.starts_with(' ') ||
           value.ends_with(' ');
}

std::size_t cell_bytes(std::string_view value) {
    if (!wants_quotes(value)) return value.size();
    return value.size() + 2 + static_cast<std::size_t>(std::count(value.begin(), value.end(), '"'));
}

void append_cell(std::string& out, std::string_view value) {
    if (!wants_quotes(value)) {
        out += value;
        return;
    }
    out += '"';
    for (const char c : value) {
        if (c == '"') out += '"';
        out += c == '\r' || c == '\n' ? ' ' : c;  // errors are told by line
    }
    out += '"';
}

std::string table(const model::Batch& batch, std::span<const std::size_t> rows,
                  std::span<const std::string> columns, std::span<const std::size_t> used) {
    std::string out = "email";
    for (const std::size_t c : used) {
        out += ',';
        append_cell(out, columns[c]);
    }
    out += '\n';
    for (const std::size_t row : rows) {
        const model::Member& m = batch.members[row];
        append_cell(out, m.address);
        for (const std::size_t c : used) {
            out += ',';
            if (!is_blank(m, c)) append_cell(out, *m.values[c]);
        }
        out += '\n';
    }
    return out;
}

/// A line that the table does not contain.
std::string boundary_for(std::string_view content) {
    for (unsigned i = 0;; ++i) {
        std::string boundary = "audienced-part-" + std::to_string(i);
        if (content.find(boundary) == std::string_view::npos) return boundary;
    }
}

ImportBody multipart(std::string_view csv, std::string_view list) {
    const std::string boundary = boundary_for(csv);
    ImportBody out;
    out.form = ImportBody::Form::csv;
    out.content_type = "multipart/form-data; boundary=" + boundary;
    out.body.reserve(csv.size() + 512);
    out.body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"list_ids\"\r\n\r\n";
    out.body += list;
    out.body += "\r\n--" + boundary +
                "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"contacts.csv\"\r\n"
                "Content-Type: text/csv\r\n\r\n";
    out.body += csv;
    out.body += "\r\n--" + boundary + "--\r\n";
    return out;
}

std::string as_json(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_value(std::string_view value, const std::string& column) {
    const bool digits = !value.empty() && value.size() < 3 &&
                        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (column.starts_with("birthday_") && digits) return std::to_string(std::stoi(std::string(value)));
    return as_json(value);
}

/// Nothing if it would be larger than one import may be.
std::optional<ImportBody> json_import(const model::Batch& batch, std::span<const std::size_t> rows,
                                      std::span<const std::string> columns,
                                      std::span<const std::size_t> used) {
    std::vector<std::string> keys;
    for (const std::string& name : columns) keys.push_back("," + as_json(name) + ":");
    ImportBody out;
    out.form = ImportBody::Form::json;
    out.content_type = "application/json";
    const std::string end = "],\"list_ids\":[" + as_json(batch.destination) + "]}";
    out.body = "{\"import_data\":[";
    for (const std::size_t row : rows) {
        const model::Member& m = batch.members[row];
        if (out.body.back() == '}') out.body += ',';
        out.body += "{\"email\":" + as_json(m.address);
        for (const std::size_t c : used)
            if (!is_blank(m, c)) out.body += keys[c] + json_value(*m.values[c], columns[c]);
        out.body += '}';
        if (out.body.size() + end.size() > max_import_bytes) return std::nullopt;
    }
    out.body += end;
    return out;
}

}  // namespace

std::vector<std::size_t> sendable(const model::Batch& batch) {
    std::vector<std::size_t> rows;
    rows.reserve(batch.members.size());
    for (std::size_t i = 0; i < batch.members.size(); ++i)
        if (batch.members[i].address.size() <= max_address_bytes) rows.push_back(i);
    return rows;
}

ImportBody import_body(const model::Batch& batch, std::span<const std::size_t> rows,
                       std::span<const std::string> columns) {
    const std::vector<std::size_t> used = filled(batch, rows, columns.size());
    if (!fits_a_table(batch, rows, used))
        if (auto json = json_import(batch, rows, columns, used)) return std::move(*json);
    return multipart(table(batch, rows, columns, used), batch.destination);
}

std::size_t csv_bytes(const model::Member& member) {
    std::size_t bytes = cell_bytes(member.address) + 1;  // line end
    for (const auto& value : member.values) bytes += 1 + (value ? cell_bytes(*value) : 0);
    return bytes;
}

}  // namespace audienced::provider::constant_contact
