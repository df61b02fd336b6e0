// audiencectl connection; signing in is in connection_sign_in.cpp.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "command_line/values.hpp"
#include "commands.hpp"
#include "connection_screen.hpp"
#include "kind_options.hpp"
#include "provider/options.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// What `add` and `edit` have in common.
struct Options {
    std::string title, api_base, login_base, ca_file;
    std::shared_ptr<Typed> sign_in = std::make_shared<Typed>();  // options that the providers' tables name
    std::vector<std::string> allow_users, allow_groups;
    bool allow_nobody = false;
};

std::vector<KindOption> sign_in_options() {
    std::vector<TitledOptions> providers;
    for (const auto& table : provider::option_tables()) providers.push_back({table.title, &table.connection});
    return merged(providers);
}

/// The field of the request: "client_id" of --client-id, "api_key" of --api-key-file.
std::string field_of(const model::Option& option) {
    std::string out(option.secret.empty() ? option.name : option.secret);
    std::replace(out.begin(), out.end(), '-', '_');
    return out;
}

void declare(CLI::App* verb, Options& o) {
    verb->add_option("--title", o.title, "title shown to users")->type_name("T");
    verb->add_option("--allow-user", o.allow_users, "a contributor who may use it; repeatable")
        ->type_name("U")
        ->allow_extra_args(false);
    verb->add_option("--allow-group", o.allow_groups, "a group of contributors who may use it; repeatable")
        ->type_name("G")
        ->allow_extra_args(false);
    for (const auto& option : sign_in_options()) declare(verb, option, o.sign_in);
    // An account's key or an application, never both.
    auto* key = verb->get_option_no_throw("--" + std::string(provider::api_key_option.name));
    for (const auto& of_oauth : {provider::client_id_option, provider::client_secret_option})
        if (auto* other = verb->get_option_no_throw("--" + std::string(of_oauth.name)); key && other)
            key->excludes(other);
    verb->add_option("--api-base", o.api_base, "https://... in place of the provider's own")
        ->type_name("URL");
    verb->add_option("--login-base", o.login_base, "https://... in place of the provider's login address")
        ->type_name("URL");
    verb->add_option("--ca-file", o.ca_file, "an additional certificate authority")->type_name("F");
}

result<json> body_of(const Options& o) {
    json body = json::object();
    const auto set = [&](const char* key, const std::string& value) {
        if (!value.empty()) body[key] = value;
    };
    set("title", o.title);
    set("api_base", o.api_base);
    set("login_base", o.login_base);
    set("ca_file", absolute(o.ca_file));
    if (!o.allow_users.empty() || o.allow_nobody) body["allow_users"] = o.allow_users;
    if (!o.allow_groups.empty() || o.allow_nobody) body["allow_groups"] = o.allow_groups;
    for (const auto& [option, help] : sign_in_options()) {
        const auto it = o.sign_in->find(option.name);
        if (it == o.sign_in->end() || it->second.empty()) continue;
        auto value = value_of(option, it->second);
        if (!value) return value.error();
        body[field_of(option)] = *value;
    }
    return body;
}

void declare_add(Commands& commands, CLI::App* noun) {
    struct Add : Options {
        std::string name, provider;
        bool consent = false;
    };
    auto o = std::make_shared<Add>();
    auto* verb = commands.add(noun, "add", "connect an account at a provider", [o](const Shell& shell) {
        auto body = body_of(*o);
        if (!body) return shell.fail(body.error());
        (*body)["name"] = o->name;
        (*body)["provider"] = o->provider;
        (*body)["consent"] = o->consent;
        return shell.post("/v1/connections", *body, [&](const json& answer) {
            std::cout << "added the connection " << o->name;
            if (answer.value("auth", "") == "oauth")
                std::cout << "; now sign in: audiencectl connection authenticate " << o->name << "\n";
            else
                std::cout << " to the account " << cell(answer, "account_name") << "\n";
        });
    });
    verb->add_option("NAME", o->name, "the name of the new connection")->required();
    auto* at = verb->add_option("--provider", o->provider, "where the account is");
    at->required()->type_name(provider::provider_names("|"));
    std::vector<std::string> providers;
    for (const auto& table : provider::option_tables()) providers.emplace_back(table.name);
    command_line::must_be_one_of(at, providers);
    verb->add_flag(
        "--consent", o->consent,
        "I may pass our customers' addresses to this provider, and answer for their privacy there");
    declare(verb, *o);
}

void declare_edit(Commands& commands, CLI::App* noun) {
    auto o = std::make_shared<Options>();
    auto* verb = commands.add_named(
        noun, "edit", "change it; options that are not given keep their values",
        [o](const Shell& shell, const std::string& name) {
            auto body = body_of(*o);
            if (!body) return shell.fail(body.error());
            if (body->empty())
                return shell.fail(
                    make_error(Errc::usage, "no change was given", "audiencectl connection edit --help"));
            return shell.call("PATCH", path("/v1/connections", name), &*body,
                              [&](const json&) { std::cout << "changed the connection " << name << "\n"; });
        });
    declare(verb, *o);
    verb->add_flag("--allow-nobody", o->allow_nobody,
                   "administrators only, but for those named with --allow-user and --allow-group");
}

void declare_consent(Commands& commands, CLI::App* noun) {
    struct Given {
        std::string name;
        bool give = false, withdraw = false;
    };
    auto o = std::make_shared<Given>();
    auto* verb = commands.add(
        noun, "consent", "what is accepted, and who accepted it; give or withdraw it",
        [o](const Shell& shell) {
            if (o->name.empty() && (o->give || o->withdraw))
                return shell.fail(make_error(Errc::usage, "the name of the connection is missing",
                                             "audiencectl connection consent NAME --give or --withdraw"));
            if (o->name.empty()) return shell.show("/v1/consent", consent_screen);
            const std::string target = path("/v1/connections", o->name, "/consent");
            if (!o->give && !o->withdraw) return shell.show(target, consent_screen);
            json body;
            body["give"] = o->give;
            return shell.call("PUT", target, &body, [&](const json& answer) {
                if (!o->give)
                    std::cout << "consent withdrawn from " << o->name << "; nothing more is sent to it\n";
                else
                    std::cout << "consent given for " << o->name << " to this text:\n"
                              << cell(answer, "consent_text") << "\n";
            });
        });
    verb->add_option("NAME", o->name, "the connection; without it the text alone is shown");
    auto* give = verb->add_flag("--give", o->give, "accept the text for it (again)");
    verb->add_flag("--withdraw", o->withdraw, "stop sending anything there")->excludes(give);
}

int remove_connection(const Shell& shell, const std::string& name, bool detach) {
    const std::string target = path("/v1/connections", name, detach ? "?detach" : "");
    return shell.call("DELETE", target, nullptr, [](const json& answer) {
        std::cout << "removed " << answer.value("removed", "") << "\n";
        const json detached = answer.value("detached", json::array());
        if (detached.empty()) return;
        std::cout << "without a connection now, and not run until they have one: " << cell(answer, "detached")
                  << "\neach of them: audiencectl export attach NAME --connection CONNECTION\n";
    });
}

}  // namespace

void add_connection(Commands& commands) {
    auto* noun = commands.noun("connection", "accounts at providers");
    declare_add(commands, noun);
    add_connection_sign_in(commands, noun);
    commands.add(noun, "list", "list the connections that you may see",
                 [](const Shell& shell) { return shell.show("/v1/connections", connections_screen); });
    commands.add_named(noun, "show", "one connection", [](const Shell& shell, const std::string& name) {
        return shell.show(path("/v1/connections", name), connection_screen);
    });
    commands.add_named(
        noun, "test", "check access to the live account", [](const Shell& shell, const std::string& name) {
            return shell.post(path("/v1/connections", name, "/test"), json::object(),
                              [&](const json& answer) {
                                  std::cout << name << " works: account " << cell(answer, "account_name")
                                            << " (" << cell(answer, "account_id") << ")\n";
                              });
        });
    add_connection_destinations(commands, noun);
    declare_edit(commands, noun);
    declare_consent(commands, noun);
    auto detach = std::make_shared<bool>(false);
    auto* remove = commands.add_named(noun, "remove", "remove it and its credentials",
                                      [detach](const Shell& shell, const std::string& name) {
                                          return remove_connection(shell, name, *detach);
                                      });
    remove->add_flag("--detach", *detach,
                     "keep the exports that use it; they do not run until attached to another connection");
}

}  // namespace audienced::ctl
