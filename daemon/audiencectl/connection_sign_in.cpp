// audiencectl connection authenticate, import-token: OAuth.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "control/problem.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

void show_where_to_go(const std::string& name, const json& begun) {
    if (begun.contains("user_code")) {
        std::cout << "Open " << cell(begun, "verification_uri")
                  << " in any browser and enter the code\n\n    " << cell(begun, "user_code") << "\n\n";
        if (begun.contains("verification_uri_complete"))
            std::cout << "or open " << cell(begun, "verification_uri_complete") << "\n";
    } else {
        std::cout << "Open this address in a browser, and sign in to the account that " << name
                  << " is for:\n\n    " << cell(begun, "url") << "\n\nThe browser then comes back to "
                  << cell(begun, "redirect_uri")
                  << ", which must be registered at the provider.\nIf the browser runs on another machine, "
                     "forward that "
                     "port first (ssh -L).\n";
    }
    std::cout << "Waiting until " << cell(begun, "expires_at") << " ..." << std::endl;
}

void show_account(const std::string& name, const json& answer) {
    std::cout << "signed in: " << name << " is connected to the account " << cell(answer, "account_name")
              << " (" << cell(answer, "account_id") << ")\n";
}

int authenticate(const Shell& shell, const std::string& name, bool device, const std::string& listen) {
    json wish;
    wish["device"] = device;
    if (!listen.empty()) wish["listen"] = listen;
    json answer;
    const int code = shell.call(
        "POST", path("/v1/connections", name, "/authenticate"), &wish,
        [&](const json& begun) { show_where_to_go(name, begun); }, &answer);
    if (code != control::exit_done) return code;
    const std::string ask =
        path("/v1/connections", name, "/authenticate/" + answer.value("id", std::string()));
    for (;;) {
        // Asked without printing: what people and scripts want to see is the end of it.
        auto got = control::Client(shell.socket).send("GET", ask);
        if (!got) return shell.unreachable(got.error());
        if (!got->good()) return shell.fail(control::parse_problem(got->body, got->status));
        answer = json::parse(got->body, nullptr, false);
        if (!answer.is_object())
            return shell.fail(make_error(Errc::bad_answer, "the daemon's answer is not JSON"));
        if (!answer.value("done", false)) continue;
        if (shell.json)
            std::cout << got->body << std::endl;
        else
            show_account(name, answer);
        return control::exit_done;
    }
}

int import_token(const Shell& shell, const std::string& name, const std::string& file) {
    auto text = read_private_input(file);
    if (!text) return shell.fail(text.error());
    const json given = json::parse(*text, nullptr, false);
    if (!given.is_object() || !given.contains("access_token"))
        return shell.fail(make_error(
            Errc::usage, input_name(file) + " is not a JSON object with an access_token",
            "it must hold {\"access_token\": ..., \"refresh_token\": ..., \"expires_in\": 86400}"));
    json body;  // a token answer has more in it than is wanted
    for (const char* key : {"access_token", "refresh_token", "expires_in"})
        if (given.contains(key) && !given[key].is_null()) body[key] = given[key];
    for (const char* key : {"access_token", "refresh_token"}) {
        if (!body.contains(key) || !body[key].is_string()) continue;
        const std::string where = std::string("the ") + key + " of " + input_name(file);
        auto token = secret_text(body[key].get<std::string>(), SecretShape::word, where);
        if (!token) return shell.fail(token.error());
        body[key] = *token;
    }
    return shell.post(path("/v1/connections", name, "/token"), body,
                      [&](const json& answer) { show_account(name, answer); });
}

}  // namespace

void add_connection_sign_in(Commands& commands, CLI::App* noun) {
    auto device = std::make_shared<bool>(false);
    auto listen = std::make_shared<std::string>();
    auto* verb = commands.add_named(noun, "authenticate", "sign in with OAuth, in a browser or with a code",
                                    [=](const Shell& shell, const std::string& name) {
                                        return authenticate(shell, name, *device, *listen);
                                    });
    auto* by_code =
        verb->add_flag("--device", *device, "use a code that is entered in a browser on any machine");
    verb->add_option("--listen", *listen,
                     "the address on which the daemon waits for the browser (127.0.0.1:8765)")
        ->type_name("ADDR:PORT")
        ->excludes(by_code);
    auto file = std::make_shared<std::string>();
    auto* import = commands.add_named(
        noun, "import-token", "import a token obtained elsewhere",
        [file](const Shell& shell, const std::string& name) { return import_token(shell, name, *file); });
    import
        ->add_option("--token-file", *file,
                     "JSON with access_token, refresh_token, expires_in; - is standard input")
        ->required()
        ->type_name("F");
}

}  // namespace audienced::ctl
