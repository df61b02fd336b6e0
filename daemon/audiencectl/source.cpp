// audiencectl source
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "data_screens.hpp"
#include "kind_options.hpp"
#include "render.hpp"
#include "source/options.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

struct Asked {
    std::string name;
    std::shared_ptr<Typed> typed = std::make_shared<Typed>();
};

/// The option that names each kind: --csv DIR.
std::vector<KindOption> places() {
    std::vector<KindOption> out;
    for (const auto& table : source::option_tables())
        out.push_back({table.place, std::string(table.place.help)});
    return out;
}

std::vector<KindOption> others() {
    std::vector<TitledOptions> kinds;
    for (const auto& table : source::option_tables()) kinds.push_back({table.title, &table.others});
    return merged(kinds);
}

/// What was typed as the request's settings and secrets; `kind` becomes the one that was named, if one was.
result<json> body_of(const Typed& typed, std::string& kind) {
    json settings = json::object(), secrets = json::object();
    for (const auto& table : source::option_tables())
        if (typed.contains(table.place.name)) kind = table.name;
    auto options = places();
    for (auto& one : others()) options.push_back(std::move(one));
    for (const auto& [option, help] : options) {
        const auto it = typed.find(option.name);
        if (it == typed.end()) continue;
        auto value = value_of(option, it->second);
        if (!value) return value.error();
        if (option.as == model::Option::As::secret)
            secrets[std::string(option.secret)] = *value;
        else
            settings[std::string(option.name)] = *value;
    }
    json body;
    body["settings"] = settings;
    body["secrets"] = secrets;
    return body;
}

int add(const Shell& shell, const Asked& asked) {
    std::string kind;
    auto body = body_of(*asked.typed, kind);
    if (!body) return shell.fail(body.error());
    (*body)["name"] = asked.name;
    (*body)["kind"] = kind;
    return shell.post("/v1/sources", *body, [&](const json&) {
        std::cout << "added the source " << asked.name << "; test it: audiencectl source test " << asked.name
                  << "\n";
    });
}

int edit(const Shell& shell, const Asked& asked) {
    std::string kind;
    auto body = body_of(*asked.typed, kind);
    if (!body) return shell.fail(body.error());
    return shell.call("PATCH", path("/v1/sources", asked.name), &*body, [&](const json&) {
        std::cout << "changed the source " << asked.name << "; test it: audiencectl source test "
                  << asked.name << "\n";
    });
}

/// Only what stands on the command line is taken: `edit` takes a setting away that is given as "".
void declare_verb(Commands& commands, CLI::App* noun, const char* name, const char* about, bool kind_needed,
                  int (*act)(const Shell&, const Asked&)) {
    auto asked = std::make_shared<Asked>();
    auto* verb =
        commands.add(noun, name, about, [asked, act](const Shell& shell) { return act(shell, *asked); });
    verb->add_option("NAME", asked->name,
                     kind_needed ? "the name of the new source" : "the name of the source")
        ->required();
    auto* kind = verb->add_option_group("kind", kind_needed ? "exactly one of" : "at most one of");
    for (const auto& option : places()) declare(kind, option, asked->typed);
    kind->require_option(kind_needed ? 1 : 0, 1);
    for (const auto& option : others()) declare(verb, option, asked->typed);
}

}  // namespace

void add_source(Commands& commands) {
    auto* noun = commands.noun("source", "where customer profiles are stored");
    declare_verb(commands, noun, "add", "define where customer profiles are stored", true, add);
    declare_verb(commands, noun, "edit", "change settings (\"\" removes one), or set a new secret", false,
                 edit);
    commands.add(noun, "list", "all sources",
                 [](const Shell& shell) { return shell.show("/v1/sources", sources_screen); });
    commands.add_named(noun, "show", "one source", [](const Shell& shell, const std::string& name) {
        return shell.show(path("/v1/sources", name), source_screen);
    });
    commands.add_named(
        noun, "test", "check that it can be reached", [](const Shell& shell, const std::string& name) {
            return shell.post(path("/v1/sources", name, "/test"), json::object(),
                              [](const json& answer) { std::cout << cell(answer, "text") << "\n"; });
        });
    commands.add_named(
        noun, "remove", "remove it; its data is not touched",
        [](const Shell& shell, const std::string& name) { return shell.remove(path("/v1/sources", name)); });
}

}  // namespace audienced::ctl
