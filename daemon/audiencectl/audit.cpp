// audiencectl audit
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "audit_screen.hpp"
#include "command_line/values.hpp"
#include "commands.hpp"

namespace audienced::ctl {

void add_audit(Commands& commands) {
    auto limit = std::make_shared<unsigned>(50);
    auto* verb =
        commands.add(nullptr, "audit", "who changed what, newest first", [limit](const Shell& shell) {
            return shell.show("/v1/audit?limit=" + std::to_string(*limit), audit_screen);
        });
    command_line::must_be_number(
        verb->add_option("--limit", *limit, "rows at most; 50 unless set")->type_name("N"), 1, 10'000);
}

}  // namespace audienced::ctl
