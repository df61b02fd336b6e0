#include "commands.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace audienced::ctl {

CLI::App* Commands::noun(const std::string& name, const std::string& about) {
    auto* noun = app_.add_subcommand(name, about);
    noun->require_subcommand(1);
    return noun;
}

CLI::App* Commands::add(CLI::App* parent, const std::string& name, const std::string& about, Run run) {
    auto* verb = (parent ? parent : &app_)->add_subcommand(name, about);
    all_.emplace_back(verb, std::move(run));
    return verb;
}

CLI::App* Commands::add_named(CLI::App* parent, const std::string& name, const std::string& about,
                              std::function<int(const Shell&, const std::string& name)> run) {
    auto typed = std::make_shared<std::string>();
    auto* verb = add(parent, name, about,
                     [typed, run = std::move(run)](const Shell& shell) { return run(shell, *typed); });
    const std::string of = parent ? "the name of the " + parent->get_name() : "its name";
    verb->add_option("NAME", *typed, of)->required();
    return verb;
}

const Commands::Run* Commands::chosen() const {
    for (const auto& [verb, run] : all_)
        if (verb->parsed()) return &run;
    return nullptr;
}

}  // namespace audienced::ctl
