#include "render.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>

#include "table.hpp"
#include "text_cells.hpp"
#include "view.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::string print_value(const json& value) {
    if (value.is_null()) return "-";
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (value.is_array()) {
        std::string out;
        for (const auto& one : value) out += (out.empty() ? "" : ", ") + print_value(one);
        return out;
    }
    if (value.is_object()) {
        std::string out;
        for (const auto& [key, one] : value.items())
            if (!one.is_null() && one != "") out += (out.empty() ? "" : ", ") + key + " " + print_value(one);
        return out;
    }
    return value.dump();
}

}  // namespace

std::string cell(const json& object, const char* key) {
    const auto it = object.find(key);
    return it == object.end() ? "-" : visible(print_value(*it));
}

std::string text_of(const json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::uint64_t number_of(const json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_number_unsigned() ? it->get<std::uint64_t>() : 0;
}

void print_table(const Row& head, const std::vector<Row>& rows, const std::string& when_empty) {
    if (rows.empty()) {
        std::cout << when_empty << "\n";
        return;
    }
    std::vector<Column> columns;
    for (const std::string& title : head) columns.push_back({title, Column::Kind::may_be_cut});
    Table table(std::move(columns));
    for (const Row& row : rows) table.add({row.begin(), row.end()});
    std::cout << table.print(view_of_output());
}

std::string duration(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0) return "?";
    const auto whole = static_cast<std::uint64_t>(std::min(seconds, 1e9) + 0.5);
    if (whole < 60) return std::to_string(whole) + " s";
    if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string nonzero_counts(const json& counts) {
    for (const auto& [key, n] : counts.items())
        if (n.is_number() && n.get<std::uint64_t>() > 0) return counts_sentence(counts);
    return {};
}

std::string counts_sentence(const json& counts) {
    std::string out = grouped(counts.value("read", std::uint64_t{0})) + " read";
    for (const std::string key : {"added", "updated", "removed", "unchanged", "suppressed", "duplicate",
                                  "invalid", "rejected", "not_sent"})
        if (const auto n = counts.value(key, std::uint64_t{0}); n > 0)
            out += ", " + grouped(n) + " " + (key == "not_sent" ? "not sent" : key);
    return out;
}

}  // namespace audienced::ctl
