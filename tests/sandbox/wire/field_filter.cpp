#include "wire/field_filter.hpp"

#include "base/text.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox {
namespace {

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const auto piece = trim(text.substr(0, comma));
        if (!piece.empty()) out.emplace_back(piece);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return out;
}

/// Is `path` the same as `top`, or below it?
bool within(std::string_view path, std::string_view top) {
    return path.substr(0, top.size()) == top && (path.size() == top.size() || path[top.size()] == '.');
}

}  // namespace

FieldFilter::FieldFilter(const Request& request)
    : fields_(split(request.param("fields").value_or(""))),
      excluded_(split(request.param("exclude_fields").value_or(""))) {}

bool FieldFilter::wants(std::string_view path) const {
    for (const auto& top : excluded_)
        if (within(path, top)) return false;
    if (fields_.empty()) return true;
    for (const auto& field : fields_)
        if (within(path, field) || within(field, path)) return true;
    return false;
}

void FieldFilter::apply(json& value) const {
    if (!everything()) prune(value, "");
}

void FieldFilter::prune(json& value, const std::string& prefix) const {
    if (value.is_array()) {
        for (auto& item : value) prune(item, prefix);
        return;
    }
    if (!value.is_object()) return;
    for (auto it = value.begin(); it != value.end();) {
        const std::string path = prefix.empty() ? it.key() : prefix + "." + it.key();
        if (!wants(path)) {
            it = value.erase(it);
        } else {
            prune(it.value(), path);
            ++it;
        }
    }
}

}  // namespace audienced::sandbox
