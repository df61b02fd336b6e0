#include "inspect/columns.hpp"

#include <algorithm>

namespace audienced::inspect {
namespace {

bool is_in(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string what_it_has(const source::Description& described, const plan::MappingGuess& guess) {
    std::string out = "it has: ";
    for (const std::string& c : described.columns) out += (&c == &described.columns.front() ? "" : ", ") + c;
    if (const std::string options = guess.options(); !options.empty()) out += "; it looks like " + options;
    if (!described.doubt.empty()) out += "; " + described.doubt;
    return out;
}

/// "2, 5 and 7", counted from 1.
std::string places_of(const std::string& name, const std::vector<std::string>& columns) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i] == name) places.push_back(i + 1);
    std::string out;
    for (std::size_t i = 0; i < places.size(); ++i)
        out += (i == 0 ? "" : i + 1 == places.size() ? " and " : ", ") + std::to_string(places[i]);
    return out;
}

}  // namespace

std::vector<std::string> missing_columns(const std::vector<std::string>& wanted,
                                         const source::Description& described) {
    std::vector<std::string> missing;
    for (const std::string& name : wanted)
        if (!is_in(described.columns, name) && !is_in(missing, name)) missing.push_back(name);
    return missing;
}

std::vector<Error> column_problems(const std::string& segment, const std::vector<std::string>& wanted,
                                   const source::Description& described, const plan::MappingGuess& guess) {
    std::vector<Error> problems;
    std::vector<std::string> told;
    for (const std::string& name : wanted) {
        if (is_in(told, name)) continue;
        told.push_back(name);
        const auto times = std::count(described.columns.begin(), described.columns.end(), name);
        if (times == 0)
            problems.push_back(make_error(Errc::not_found, "segment " + segment + " has no attribute " + name,
                                          what_it_has(described, guess)));
        if (times > 1)
            problems.push_back(make_error(Errc::bad_config,
                                          "segment " + segment + " has " + std::to_string(times) +
                                              " columns named " + name + ": columns " +
                                              places_of(name, described.columns),
                                          "give them different names, or leave one out"));
    }
    return problems;
}

std::vector<std::string> needed_columns(const model::Export& e) {
    std::vector<std::string> out{e.email};
    const auto need = [&](const std::string& name) {
        if (!name.empty() && !is_in(out, name)) out.push_back(name);
    };
    for (const model::FieldMap& f : e.fields) need(f.attribute);
    need(e.key);
    return out;
}

result<void> check_users(const std::string& segment, const std::vector<std::string>& columns,
                         const std::vector<model::Export>& users) {
    std::string missed;
    for (const model::Export& e : users) {
        std::string of_export;
        for (const std::string& name : needed_columns(e)) {
            const auto times = std::count(columns.begin(), columns.end(), name);
            if (times == 1) continue;
            of_export += (of_export.empty() ? "" : ", ") + name;
            if (times > 1) of_export += " (" + std::to_string(times) + " columns have that name)";
        }
        if (!of_export.empty()) missed += (missed.empty() ? "" : "; ") + e.name + ": " + of_export;
    }
    if (missed.empty()) return {};
    std::string has;
    for (const std::string& name : columns) has += (has.empty() ? "" : ", ") + name;
    return make_error(Errc::not_found,
                      "exports need columns that the segment " + segment + " would not have: " + missed,
                      "it would have: " + has +
                          "; keep the columns, or change those exports first (audiencectl export edit)");
}

std::vector<std::string> readable_columns(const std::vector<std::string>& columns) {
    std::vector<std::string> out;
    for (const std::string& name : columns)
        if (std::count(columns.begin(), columns.end(), name) == 1) out.push_back(name);
    return out;
}

}  // namespace audienced::inspect
