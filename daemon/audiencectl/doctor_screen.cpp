#include "doctor_screen.hpp"

#include <nlohmann/json.hpp>

#include "render.hpp"
#include "sheet.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::size_t count_of(const json& checks, const char* state) {
    std::size_t n = 0;
    for (const auto& one : checks) n += one.at("state") == state ? 1 : 0;
    return n;
}

std::string counted(std::size_t n, const std::string& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

void add_trouble(Sheet& sheet, const json& checks, const char* state, Tone tone) {
    for (const auto& one : checks) {
        if (one.at("state") != state) continue;
        sheet.gap();
        sheet.headline(std::string(state) + ": " + cell(one, "name"), tone);
        sheet.text(text_of(one, "message"));
        if (!text_of(one, "remedy").empty()) sheet.text("mend: " + text_of(one, "remedy"));
    }
}

/// What was not checked for one reason is one paragraph.
void add_not_checked(Sheet& sheet, const json& checks) {
    for (std::size_t i = 0; i < checks.size(); ++i) {
        const auto& first = checks[i];
        const auto is_alike = [&](const json& one) {
            return one.at("state") == "not_checked" && one.at("message") == first.at("message");
        };
        if (!is_alike(first)) continue;
        bool is_told = false;
        for (std::size_t k = 0; k < i; ++k) is_told = is_told || is_alike(checks[k]);
        if (is_told) continue;
        std::string names;
        for (std::size_t k = i; k < checks.size(); ++k)
            if (is_alike(checks[k])) names += (names.empty() ? "" : ", ") + cell(checks[k], "name");
        sheet.gap();
        sheet.headline("not checked: " + names);
        const std::string remedy = text_of(first, "remedy");
        sheet.text(text_of(first, "message") + (remedy.empty() ? "" : "; " + remedy));
    }
}

}  // namespace

std::string doctor_screen(const json& examined, const View& view) {
    const json& checks = examined.at("checks");
    const std::size_t problems = count_of(checks, "problem"), warnings = count_of(checks, "warning"),
                      skipped = count_of(checks, "not_checked"), fine = count_of(checks, "ok");
    Sheet sheet(view);
    sheet.headline(counted(problems, "problem") + ", " + counted(warnings, "warning") + ", " +
                       std::to_string(skipped) + " not checked, " + std::to_string(fine) + " ok",
                   problems > 0   ? Tone::bad
                   : warnings > 0 ? Tone::attention
                                  : Tone::good);
    add_trouble(sheet, checks, "problem", Tone::bad);
    add_trouble(sheet, checks, "warning", Tone::attention);
    add_not_checked(sheet, checks);
    sheet.gap();
    for (const auto& one : checks)
        if (one.at("state") == "ok") sheet.figure(cell(one, "name"), text_of(one, "message"));
    return sheet.print();
}

}  // namespace audienced::ctl
