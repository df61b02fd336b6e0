// The two ways to hand over an import: JSON, and CSV in multipart/form-data.
#include "constant_contact/import.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "constant_contact/routes.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

/// What is wrong with the lists of an import; nullopt: nothing.
std::optional<Reply> check_lists(Call& call, const std::vector<std::string>& lists) {
    if (lists.empty()) return invalid("list_ids is missing.");
    if (lists.size() > 50) return invalid("list_ids may hold at most 50 ids.");
    for (const auto& id : lists) {
        if (!is_uuid(id)) return invalid("list_ids holds an id in an invalid format.");
        if (!call.account.lists.contains(id)) return invalid("list_ids holds an unknown list_id.");
    }
    return std::nullopt;
}

std::string as_text(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : print_json(value);
}

/// The later of two rows with one address wins; the earlier one vanishes from the counts.
void drop_earlier_duplicates(std::vector<ImportRow>& rows) {
    std::unordered_map<std::string, std::size_t> last;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].error.empty()) last[rows[i].email] = i;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].error.empty() && last[rows[i].email] != i) rows[i].error = "(duplicate)";
}

Reply queue_import(Call& call, const char* kind, std::vector<ImportRow> rows,
                   std::vector<std::string> lists) {
    drop_earlier_duplicates(rows);
    Activity activity;
    activity.kind = kind;
    activity.rows = std::move(rows);
    activity.lists = std::move(lists);
    activity.items = activity.rows.size() + 1;
    return queue_activity(call, std::move(activity));
}

/// The parts of a multipart body by their name.
std::vector<std::pair<std::string, std::string>> parts_of(const Request& request, std::string& file_name) {
    std::vector<std::pair<std::string, std::string>> parts;
    const std::string type(request.header("content-type"));
    const auto mark = type.find("boundary=");
    if (mark == std::string::npos) return parts;
    std::string boundary = type.substr(mark + 9, type.find(';', mark) - mark - 9);
    std::erase(boundary, '"');
    const std::string line = "--" + boundary;
    std::size_t at = request.body.find(line);
    while (at != std::string::npos) {
        const auto head = at + line.size() + 2;
        const auto body = request.body.find("\r\n\r\n", head);
        const auto next = request.body.find("\r\n" + line, head);
        if (body == std::string::npos || next == std::string::npos || body > next) break;
        const std::string header = request.body.substr(head, body - head);
        const auto value = [&](const std::string& key) {
            const auto found = header.find(key + "=\"");
            if (found == std::string::npos) return std::string{};
            const auto from = found + key.size() + 2;
            return header.substr(from, header.find('"', from) - from);
        };
        if (const auto name = value("filename"); !name.empty()) file_name = name;
        parts.emplace_back(value(" name"), request.body.substr(body + 4, next - body - 4));
        at = next + 2;
    }
    return parts;
}

}  // namespace

Reply import_json(Call& call) {
    if (!icontains(call.request.header("content-type"), "json"))
        return resource_error(415, "contacts.api.unsupported_media_type", "Unsupported Media Type");
    auto body = read_body(call);
    if (!body) return body.error();
    const auto data = body->find("import_data");
    if (data == body->end() || !data->is_array() || data->empty()) return invalid("import_data is missing.");
    std::vector<std::string> lists = texts_of(*body, "list_ids");
    if (auto wrong = check_lists(call, lists)) return *wrong;
    const Knobs& knobs = call.world.knobs;
    const auto bytes = static_cast<std::size_t>(knobs.cc_payload_bytes);
    std::size_t n = std::min(data->size(), static_cast<std::size_t>(knobs.cc_row_limit));
    if (call.request.body.size() > bytes) n = std::min(n, rows_within(call.request.body, bytes));
    std::vector<ImportRow> rows;
    rows.reserve(n);
    std::vector<std::pair<std::string, std::string>> pairs;
    for (std::size_t i = 0; i < n; ++i) {
        ImportRow row;
        pairs.clear();
        const json& item = (*data)[i];
        if (!item.is_object()) return invalid("import_data holds something that is not an object.");
        for (const auto& [name, value] : item.items())
            if (!value.is_structured()) pairs.emplace_back(name, as_text(value));
        read_row(call.account, knobs, pairs, row);
        rows.push_back(std::move(row));
    }
    return queue_import(call, "contacts_json_import", std::move(rows), std::move(lists));
}

Reply import_file(Call& call) {
    std::string file_name, csv, list_text;
    if (!icontains(call.request.header("content-type"), "multipart/form-data"))
        return resource_error(415, "contacts.api.unsupported_media_type", "Unsupported Media Type");
    for (auto& [name, content] : parts_of(call.request, file_name)) {
        if (name == "file") csv = std::move(content);
        if (name == "list_ids") list_text = std::move(content);
    }
    if (!ascii_lower(file_name).ends_with(".csv"))
        return resource_error(415, "contacts.api.unsupported_media_type", "The file's name must end in .csv");
    std::vector<std::string> lists;
    std::string_view rest = list_text;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        lists.emplace_back(trim(rest.substr(0, comma)));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    if (auto wrong = check_lists(call, lists)) return *wrong;
    const Knobs& knobs = call.world.knobs;
    const auto bytes = static_cast<std::size_t>(knobs.cc_payload_bytes);
    if (csv.size() > bytes)
        csv.resize(csv.rfind('\n', bytes) == std::string::npos ? bytes : csv.rfind('\n', bytes) + 1);
    const auto lines = read_csv(csv);
    if (lines.empty()) return invalid("The file is empty.");
    std::vector<std::string> header = lines[0];
    for (auto& name : header) name = std::string(trim(name));
    if (std::find(header.begin(), header.end(), "email") == header.end())
        return invalid("The file has no column email.");
    const std::size_t n = std::min(lines.size(), static_cast<std::size_t>(knobs.cc_row_limit));
    std::vector<ImportRow> rows;
    for (std::size_t i = 1; i < n; ++i) {
        std::vector<std::pair<std::string, std::string>> pairs;
        for (std::size_t k = 0; k < header.size() && k < lines[i].size(); ++k)
            pairs.emplace_back(header[k], lines[i][k]);
        ImportRow row;
        read_row(call.account, knobs, pairs, row);
        rows.push_back(std::move(row));
    }
    return queue_import(call, "contacts_file_import", std::move(rows), std::move(lists));
}

}  // namespace audienced::sandbox::constant_contact
