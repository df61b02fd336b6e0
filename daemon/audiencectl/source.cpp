// audiencectl source
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// An option that becomes the setting, or the secret, of its name. Which of them belong to which kind of
/// source is the daemon's to say.
struct Option {
    const char* name;
    const char* value;
    const char* about;
    enum class As { text, path, secret } as = As::text;
};
constexpr Option kinds[] = {
    {"sqlite", "FILE", "a SQLite file", Option::As::path},
    {"postgres", "CONNINFO", "PostgreSQL, or what speaks its protocol"},
    {"csv", "DIR", "a folder of CSV files", Option::As::path},
    {"cdm", "MODEL_JSON", "a Common Data Model folder", Option::As::path},
    {"customer-insights", "INSTANCE_ID", "a Customer Insights instance"},
};
constexpr Option details[] = {
    {"password-file", "F", "PostgreSQL: the password", Option::As::secret},
    {"statement-timeout", "SECONDS", "PostgreSQL: the longest that one statement may take"},
    {"busy-timeout", "SECONDS", "SQLite: how long a locked file is waited for"},
    {"ready-query", "SQL", "SQLite, PostgreSQL: true when the data is complete"},
    {"ready-wait", "MINUTES", "how long a scheduled run waits for data that is not ready (0)"},
    {"delimiter", "CHAR", "CSV: between fields"},
    {"encoding", "NAME", "CSV: utf-8, utf-16, windows-1252"},
    {"min-age", "SECONDS", "CSV: a younger file may still be written"},
    {"max-age", "SECONDS", "CSV: an older file is yesterday's"},
    {"root", "DIR", "CDM: where the files lie, if not beside the model", Option::As::path},
    {"prefix", "PATH", "CDM: before the model's locations, and not in the mirror"},
    {"tenant", "ID", "Customer Insights: the directory"},
    {"client-id", "ID", "Customer Insights: the application"},
    {"client-secret-file", "F", "Customer Insights: its secret", Option::As::secret},
    {"subscription-key-file", "F", "Customer Insights: one key a line, the second is the fall-over",
     Option::As::secret},
    {"api-base", "URL", "Customer Insights: https://... in place of the usual one"},
    {"login-base", "URL", "Customer Insights: the same for signing in"},
    {"ca-file", "F", "Customer Insights: a further certificate authority", Option::As::path},
    {"page-size", "N", "Customer Insights: profiles a call (100)"},
    {"calls-per-minute", "N", "Customer Insights: the limit (100)"},
    {"count-tolerance", "PERCENT", "Customer Insights: how far the count may be off (0)"},
    {"refresh-check", "off|over|successful",
     "Customer Insights: ask for the instance's last refresh first (off)"},
    {"proxy", "true|false", "Customer Insights: read whole partitions"},
};

/// What was typed; the name of the option is the key.
struct Typed {
    std::string name;
    std::map<std::string, std::string> values;
};

const char* secret_name(std::string_view option) {
    if (option == "password-file") return "password";
    return option == "client-secret-file" ? "client_secret" : "subscription_keys";
}

/// What was typed as the request's settings and secrets; `kind` becomes the one that was named, if one was.
result<json> body_of(const Typed& typed, std::string& kind) {
    json body, settings = json::object(), secrets = json::object();
    const auto take = [&](const Option& option) -> result<void> {
        const auto it = typed.values.find(option.name);
        if (it == typed.values.end()) return {};
        if (option.as != Option::As::secret) {
            const bool path = option.as == Option::As::path && !it->second.empty();
            settings[option.name] = path ? absolute(it->second) : it->second;
            return {};
        }
        auto secret = read_secret(it->second);
        if (!secret) return secret.error();
        secrets[secret_name(option.name)] = *secret;
        return {};
    };
    for (const auto& option : kinds) {
        (void)take(option);
        if (settings.contains(option.name)) kind = option.name;
    }
    for (const auto& option : details)
        if (auto taken = take(option); !taken) return taken.error();
    body["settings"] = settings;
    body["secrets"] = secrets;
    return body;
}

int add(const Shell& shell, const Typed& typed) {
    std::string kind;
    auto body = body_of(typed, kind);
    if (!body) return shell.fail(body.error());
    (*body)["name"] = typed.name;
    (*body)["kind"] = kind;
    return shell.post("/v1/sources", *body, [&](const json&) {
        std::cout << "added the source " << typed.name << "; try it: audiencectl source test " << typed.name
                  << "\n";
    });
}

int edit(const Shell& shell, const Typed& typed) {
    std::string kind;
    auto body = body_of(typed, kind);
    if (!body) return shell.fail(body.error());
    return shell.call("PATCH", path("/v1/sources", typed.name), &*body, [&](const json&) {
        std::cout << "changed the source " << typed.name << "; try it: audiencectl source test " << typed.name
                  << "\n";
    });
}

/// Only what stands on the command line is taken: `edit` takes a setting away that is given as "".
void declare(Commands& commands, CLI::App* noun, const char* name, const char* about, bool kind_needed,
             int (*act)(const Shell&, const Typed&)) {
    auto typed = std::make_shared<Typed>();
    auto* verb =
        commands.add(noun, name, about, [typed, act](const Shell& shell) { return act(shell, *typed); });
    verb->add_option("NAME", typed->name)->required();
    const auto declare_one = [&](CLI::App* where, const Option& option) {
        const auto take = [typed, key = std::string(option.name)](const std::string& value) {
            typed->values[key] = value;
        };
        where->add_option_function<std::string>("--" + std::string(option.name), take, option.about)
            ->type_name(option.value);
    };
    auto* kind = verb->add_option_group("kind", kind_needed ? "exactly one of" : "at most one of");
    for (const auto& option : kinds) declare_one(kind, option);
    kind->require_option(kind_needed ? 1 : 0, 1);
    for (const auto& option : details) declare_one(verb, option);
}

}  // namespace

void add_source(Commands& commands) {
    auto* noun = commands.noun("source", "where customer profiles live");
    declare(commands, noun, "add", "say where customer profiles live", true, add);
    declare(commands, noun, "edit", "change settings (\"\" takes one away), or give a new secret", false,
            edit);
    commands.add(noun, "list", "all sources", [](const Shell& shell) {
        return shell.get("/v1/sources", [](const json& sources) {
            std::vector<Row> rows;
            for (const auto& one : sources)
                rows.push_back({cell(one, "name"), cell(one, "kind"), cell(one, "created_at")});
            print_table({"SOURCE", "KIND", "ADDED"}, rows, "no sources yet: audiencectl source add");
        });
    });
    commands.add_named(noun, "show", "one source", [](const Shell& shell, const std::string& name) {
        return shell.get(path("/v1/sources", name), print_thing);
    });
    commands.add_named(noun, "test", "can it be reached?", [](const Shell& shell, const std::string& name) {
        return shell.post(path("/v1/sources", name, "/test"), json::object(),
                          [](const json& answer) { std::cout << cell(answer, "text") << "\n"; });
    });
    commands.add_named(
        noun, "remove", "forget it; its data stays as it is",
        [](const Shell& shell, const std::string& name) { return shell.remove(path("/v1/sources", name)); });
}

}  // namespace audienced::ctl
