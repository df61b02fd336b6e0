// audiencectl export remove
#include "export_remove.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "confirm.hpp"
#include "control/problem.hpp"
#include "follow.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

struct RemoveOptions {
    bool withdraw = false, yes = false, follow = false;
};

std::string figure_of(const json& withdrawal) {
    const std::uint64_t leaving = number_of(withdrawal, "leaving"),
                        shared = number_of(withdrawal, "held_by_others");
    std::string groups;
    for (const auto& group : withdrawal.at("groups"))
        groups += (groups.empty() ? "" : ", ") + grouped(number_of(group, "leaving")) + " in " +
                  cell(group, "title");
    std::string out = "takes back " + grouped(leaving) + (leaving == 1 ? " membership" : " memberships") +
                      " that " + cell(withdrawal, "export") + " gave" + (groups.empty() ? "" : ": " + groups);
    if (shared > 0) out += "; " + grouped(shared) + " that other exports hold too stay";
    return out + "; then removes the export. No contact is deleted.";
}

int withdraw(const Shell& shell, const std::string& name, const RemoveOptions& o) {
    const std::string target = path("/v1/exports", name, "/withdrawal");
    json withdrawal;
    if (const int code = shell.ask("GET", target, nullptr, withdrawal); code != control::exit_done)
        return code;
    const bool asks = !o.yes && can_ask() && !shell.json;
    if (!asks) std::cerr << figure_of(withdrawal) << std::endl;
    if (!o.yes && !asks)
        return shell.fail(make_error(Errc::usage, "nothing was changed: a person has to confirm this",
                                     "audiencectl export remove " + name + " --withdraw --yes"));
    if (asks)
        if (const int code = confirm(shell, figure_of(withdrawal)); code != control::exit_done) return code;
    return start_and_follow(shell, target, json::object(), o.follow, [](const json& answer) {
        for (const auto& one : answer.at("runs")) std::cout << one.at("id") << "\n";
    });
}

}  // namespace

void declare_export_remove(Commands& commands, CLI::App* noun) {
    auto o = std::make_shared<RemoveOptions>();
    auto* verb = commands.add_named(
        noun, "remove",
        "remove it; members that it delivered stay at the provider, unless --withdraw is given",
        [o](const Shell& shell, const std::string& name) {
            return o->withdraw ? withdraw(shell, name, *o) : shell.remove(path("/v1/exports", name));
        });
    auto* flag = verb->add_flag("--withdraw", o->withdraw,
                                "first take back every membership that it gave, by a run; prints how many");
    verb->add_flag("--yes", o->yes, "withdraw without asking")->needs(flag);
    verb->add_flag("--follow", o->follow, "show the progress of that run, and exit with its outcome")
        ->needs(flag);
}

}  // namespace audienced::ctl
