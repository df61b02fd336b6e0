// audiencectl check
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "control/problem.hpp"
#include "local_time.hpp"
#include "render.hpp"
#include "status_trouble.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// A monitor wants an answer, whatever state the daemon is in.
constexpr std::chrono::seconds time_to_answer{10};

std::string sentence(const json& finding) {
    const bool of_export = finding.at("export").is_string();
    std::string out = (of_export ? cell(finding, "export") : "the daemon") + ": " + words_of_state(finding);
    if (!finding.at("since").is_null()) out += " since " + when(finding, "since");
    if (!finding.at("run").is_null()) out += " (run " + cell(finding, "run") + ")";
    if (finding.at("reason") != "") out += ": " + with_local_times(cell(finding, "reason"), finding);
    if (finding.at("next") != "") out += "; next: " + cell(finding, "next");
    return out;
}

void render(const json& check) {
    for (const auto& finding : check.at("findings")) std::cout << sentence(finding) << "\n";
    if (!check.at("findings").empty()) return;
    const auto enabled = check.value("enabled", std::uint64_t{0}),
               all = check.value("exports", std::uint64_t{0});
    std::cout << "all exports are up to date: " << grouped(enabled);
    if (enabled < all) std::cout << "; " << grouped(all - enabled) << " more are disabled";
    std::cout << "\n";
}

int check(const Shell& shell) {
    Shell asking = shell;
    asking.limit = time_to_answer;
    json answer;
    const int code = asking.call("GET", "/v1/check", nullptr, render, &answer);
    return code == control::exit_done && !answer.value("ok", false) ? control::exit_failed : code;
}

}  // namespace

void add_check(Commands& commands) {
    commands.add(nullptr, "check",
                 "for monitoring: is any export failed, skipped, held or too old? Exits with 0 or 1", check);
}

}  // namespace audienced::ctl
