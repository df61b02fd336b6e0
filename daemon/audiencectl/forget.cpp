// audiencectl forget
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "confirm.hpp"
#include "control/problem.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "typed_address.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::string advice(const std::string& provider) {
    if (provider == "mailchimp")
        return "there: open the contact, Actions, Delete, and choose to remove it for good";
    if (provider == "constant-contact") return "there: Contacts, find it, Delete";
    return "look for it there, and delete it";
}

std::string provider_words(const std::string& provider) {
    if (provider == "mailchimp") return "Mailchimp";
    return provider == "constant-contact" ? "Constant Contact" : "a provider that is not known any more";
}

void render_places(const json& places) {
    if (places.empty()) {
        std::cout << "No audience or list is known to have a contact of this address.\n";
        return;
    }
    std::cout << "audienced deletes no contact at a provider. These may have one:\n";
    for (const json& place : places) {
        const std::string connection = text_of(place, "connection");
        std::cout << "  " << named_destination(place) << " at " << provider_words(text_of(place, "provider"))
                  << (connection.empty() ? " (no export feeds it any more)"
                                         : ", connection " + cell(place, "connection"))
                  << "; " << advice(text_of(place, "provider")) << "\n";
    }
}

void render_runs(const json& runs, const char* what) {
    if (runs.empty()) return;
    std::cout << "runs";
    for (const json& run : runs) std::cout << " " << run.dump();
    std::cout << ": " << what << "\n";
}

/// "segment vip": "segment edit vip".
std::string definition_command(const json& definition) {
    const std::string text = definition.get<std::string>();
    const auto blank = text.find(' ');
    return text.substr(0, blank) + " edit" + text.substr(blank);
}

void render_forgotten(const json& done) {
    std::cout << (done.value("was_known", false) ? "Forgotten"
                                                 : "Nothing was known of this address. It is suppressed")
              << ": it is not sent again, to any audience or list. A keyed hash is kept for that, and "
                 "nothing else.\n";
    render_runs(done.at("plans_expired"), "held, and cancelled: the plan had the address");
    render_runs(done.at("plans_made_anew"), "under way, and planning anew");
    render_places(done.at("at_provider"));
    for (const json& definition : done.value("named_in", json::array()))
        std::cout << "The " << definition.get<std::string>()
                  << " has the address in its text; change it: audiencectl " << definition_command(definition)
                  << "\n";
    if (!done.value("scrubbed", true))
        std::cout
            << "Another program reads the database (a backup, say): the write-ahead log holds traces of "
               "what was erased until that ends, and is then emptied by itself.\n";
    for (const json& file : done.at("older_copies"))
        std::cout << "An older copy of the database still has it; remove it: " << file.get<std::string>()
                  << "\n";
    std::cout << "Backups made before still have it; a restore applies the forget again "
                 "(the file `forgotten` in the state directory). Take it out of your source too.\n";
}

/// What it is about to do, in words of what is known of the address here. The address itself was typed.
std::string words_before_forgetting(const json& found) {
    std::string out = "Erases every trace of this address here and never sends it again";
    if (!found.value("was_known", false))
        out += "; nothing is known of it here: is it written as the source has it?";
    else
        out += "; it is known here (" + grouped(number_of(found, "rows")) + " rows of the memory)";
    std::string places;
    for (const json& place : found.at("at_provider"))
        places += (places.empty() ? "" : ", ") + cell(place, "destination");
    if (!places.empty()) out += ", and " + places + " may have a contact of it";
    return out + ". It cannot be taken back.";
}

/// Where a person typed the address on a terminal. An exit code other than 0 has been told.
int ask_before_forgetting(const Shell& shell, json body) {
    body["dry_run"] = true;
    json found;
    const int code = shell.ask("POST", "/v1/forget", &body, found);
    if (code != control::exit_done) return code;
    return confirm(shell, words_before_forgetting(found));
}

int forget(const Shell& shell, const std::string& typed, bool yes) {
    auto address = typed_address(typed);
    if (!address) return shell.fail(address.error());
    json body;
    body["email"] = *address;
    if (!yes && typed != "-" && can_ask())
        if (const int code = ask_before_forgetting(shell, body); code != control::exit_done) return code;
    return shell.post("/v1/forget", body, render_forgotten);
}

}  // namespace

void add_forget(Commands& commands) {
    struct Options {
        std::string address;
        bool yes = false;
    };
    auto o = std::make_shared<Options>();
    auto* verb = commands.add(nullptr, "forget", "erase every trace of one address, and never send it again",
                              [o](const Shell& shell) { return forget(shell, o->address, o->yes); });
    verb->add_option("EMAIL", o->address,
                     "the address; - reads it from standard input, so that it is in no list of processes")
        ->required();
    verb->add_flag("--yes", o->yes, "do not ask, on a terminal either");
}

}  // namespace audienced::ctl
