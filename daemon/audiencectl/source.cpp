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

/// What was typed, option by option; sorted into settings and secrets when it is sent.
struct AddOptions {
    std::string name;
    std::string sqlite, postgres, csv, cdm, customer_insights;
    std::string root, tenant, client_id, api_base, login_base, ca_file, delimiter;
    std::string password_file, client_secret_file, subscription_key_file;
    std::map<std::string, std::string> further;  // see the table below
};

/// Settings that are handed on as they are typed; the daemon says which kind knows which (docs/SOURCES.md).
struct Further {
    const char* name;
    const char* type;
    const char* help;
};
constexpr Further further[] = {
    {"encoding", "NAME", "of CSV files: utf-8, utf-16, windows-1252"},
    {"min-age", "SECONDS", "CSV files younger than this may still be written"},
    {"max-age", "SECONDS", "CSV files older than this are yesterday's"},
    {"busy-timeout", "SECONDS", "how long a locked SQLite file is waited for"},
    {"statement-timeout", "SECONDS", "the longest one PostgreSQL statement may take"},
    {"ready-query", "SQL", "SQLite and PostgreSQL: true when the data is complete"},
    {"prefix", "PATH", "before a model's locations, and not in the mirror"},
    {"page-size", "N", "Customer Insights: profiles a call (100)"},
    {"calls-per-minute", "N", "Customer Insights: the limit (100)"},
    {"count-tolerance", "PERCENT", "Customer Insights: how far the count may be off (0)"},
    {"proxy", "true|false", "Customer Insights: read whole partitions"},
};

int add(const Shell& shell, const AddOptions& o) {
    json settings = json::object(), secrets = json::object();
    std::string kind;
    const auto is = [&](const char* name, const std::string& value, bool file) {
        if (value.empty()) return;
        kind = name;
        settings[name] = file ? absolute(value) : value;
    };
    is("sqlite", o.sqlite, true);
    is("postgres", o.postgres, false);
    is("csv", o.csv, true);
    is("cdm", o.cdm, true);
    is("customer-insights", o.customer_insights, false);
    const auto set = [&](const char* name, const std::string& value) {
        if (!value.empty()) settings[name] = value;
    };
    set("root", absolute(o.root));
    set("tenant", o.tenant);
    set("client-id", o.client_id);
    set("api-base", o.api_base);
    set("login-base", o.login_base);
    set("ca-file", absolute(o.ca_file));
    set("delimiter", o.delimiter);
    for (const auto& [name, value] : o.further) set(name.c_str(), value);
    const std::pair<const char*, const std::string*> files[] = {
        {"password", &o.password_file},
        {"client_secret", &o.client_secret_file},
        {"subscription_keys", &o.subscription_key_file}};
    for (const auto& [name, file] : files) {
        if (file->empty()) continue;
        auto secret = read_secret(*file);
        if (!secret) return shell.fail(secret.error());
        secrets[name] = *secret;
    }
    json body;
    body["name"] = o.name;
    body["kind"] = kind;
    body["settings"] = settings;
    body["secrets"] = secrets;
    return shell.post("/v1/sources", body, [&](const json&) {
        std::cout << "added the source " << o.name << "; try it: audiencectl source test " << o.name << "\n";
    });
}

void declare_add(Commands& commands, CLI::App* noun) {
    auto o = std::make_shared<AddOptions>();
    auto* verb = commands.add(noun, "add", "say where customer profiles live",
                              [o](const Shell& shell) { return add(shell, *o); });
    verb->add_option("NAME", o->name)->required();
    auto* kind = verb->add_option_group("kind", "exactly one of");
    kind->add_option("--sqlite", o->sqlite, "a SQLite file")->type_name("FILE");
    auto* postgres = kind->add_option("--postgres", o->postgres, "PostgreSQL, or what speaks its protocol")
                         ->type_name("CONNINFO");
    auto* csv = kind->add_option("--csv", o->csv, "a folder of CSV files")->type_name("DIR");
    auto* cdm = kind->add_option("--cdm", o->cdm, "a Common Data Model folder")->type_name("MODEL_JSON");
    auto* insights =
        kind->add_option("--customer-insights", o->customer_insights, "a Customer Insights instance")
            ->type_name("INSTANCE_ID");
    kind->require_option(1);
    verb->add_option("--password-file", o->password_file, "the database's password")
        ->type_name("FILE")
        ->needs(postgres);
    verb->add_option("--delimiter", o->delimiter, "between the fields of a CSV file")
        ->type_name("CHAR")
        ->needs(csv);
    for (const auto& [name, type, help] : further)
        verb->add_option(std::string("--") + name, o->further[name], help)->type_name(type);
    verb->add_option("--root", o->root, "where the model's files lie, if not beside it")
        ->type_name("DIR")
        ->needs(cdm);
    for (auto* option : {verb->add_option("--tenant", o->tenant, "the directory's id"),
                         verb->add_option("--client-id", o->client_id, "the application's id"),
                         verb->add_option("--client-secret-file", o->client_secret_file, "its secret"),
                         verb->add_option("--subscription-key-file", o->subscription_key_file,
                                          "one key a line; the second is the fall-over"),
                         verb->add_option("--api-base", o->api_base, "https://... in place of the usual one"),
                         verb->add_option("--login-base", o->login_base, "the same for signing in"),
                         verb->add_option("--ca-file", o->ca_file, "a further certificate authority")})
        option->needs(insights);
    for (const char* needed : {"--tenant", "--client-id", "--client-secret-file", "--subscription-key-file"})
        insights->needs(verb->get_option(needed));
}

}  // namespace

void add_source(Commands& commands) {
    auto* noun = commands.noun("source", "where customer profiles live");
    declare_add(commands, noun);
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
