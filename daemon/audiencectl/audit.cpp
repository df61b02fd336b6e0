// audiencectl audit
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include "command_line/values.hpp"
#include "commands.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

void add_audit(Commands& commands) {
    auto limit = std::make_shared<unsigned>(50);
    auto* verb =
        commands.add(nullptr, "audit", "who changed what, newest first", [limit](const Shell& shell) {
            return shell.get("/v1/audit?limit=" + std::to_string(*limit), [](const json& audit) {
                std::vector<Row> rows;
                for (const auto& one : audit)
                    rows.push_back(
                        {cell(one, "at"), cell(one, "user"), cell(one, "action"), cell(one, "object")});
                print_table({"WHEN", "WHO", "WHAT", "OF"}, rows, "no changes yet");
            });
        });
    command_line::must_be_number(verb->add_option("--limit", *limit, "rows at most")->type_name("N"), 1,
                                 10'000);
}

}  // namespace audienced::ctl
