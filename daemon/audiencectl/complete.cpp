// audiencectl completion, and what its scripts ask for.
#include "complete.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "command_line/completion.hpp"
#include "command_line/values.hpp"
#include "commands.hpp"
#include "completion_scripts.hpp"
#include "control/problem.hpp"
#include "render.hpp"

namespace audienced::ctl {
using command_line::Candidate;
using command_line::Names;
using nlohmann::json;

namespace {

/// A key press does not wait for a daemon that is busy.
constexpr std::chrono::milliseconds time_of_a_key_press{300};

struct Collection {
    const char *target, *key, *help;
};

Collection collection_of(Names names) {
    switch (names) {
        case Names::sources:
            return {"/v1/sources", "name", "kind"};
        case Names::segments:
            return {"/v1/segments", "name", "title"};
        case Names::connections:
            return {"/v1/connections", "name", "title"};
        case Names::exports:
            return {"/v1/exports", "name", "title"};
        case Names::runs:
            return {"/v1/runs?limit=50", "id", "export"};
        default:
            return {nullptr, nullptr, nullptr};
    }
}

std::vector<Candidate> ask(const std::string& socket, Names names) {
    std::vector<Candidate> out;
    const auto [target, key, help] = collection_of(names);
    if (!target) return out;
    const auto got =
        control::Client(socket, control::Patience{.limit = time_of_a_key_press}).send("GET", target);
    if (!got || !got->good()) return out;
    const auto all = json::parse(got->body, nullptr, false);
    if (!all.is_array()) return out;
    for (const auto& one : all) {
        std::string words = text_of(one, help);
        if (names == Names::runs) words += ": " + text_of(one, "status");
        out.push_back({names == Names::runs ? std::to_string(number_of(one, key)) : text_of(one, key),
                       std::move(words)});
    }
    return out;
}

/// The one that is typed before, or the usual one.
std::string socket_of(const std::vector<std::string>& words) {
    std::string out = control::default_socket;
    const std::string option = "--socket";
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (words[i] == option && words[i + 1] != "=") out = words[i + 1];
        if (words[i].starts_with(option + "=")) out = words[i].substr(option.size() + 1);
        if (words[i] == "=" && i > 0 && words[i - 1] == option) out = words[i + 1];
    }
    return out;
}

void print(const Candidate& one) {
    std::string line = one.word + "\t" + one.help;
    for (char& c : line)  // a title must neither end the line nor move the cursor
        if (c != '\t' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) c = ' ';
    std::cout << line << "\n";
}

}  // namespace

int print_candidates(const CLI::App& program, const std::vector<std::string>& words) {
    const auto found = command_line::complete(command_line::table_of(program), words);
    for (const auto& one : found.candidates) print(one);
    if (found.names == Names::files) std::cout << ":files\n";
    if (found.names == Names::folders) std::cout << ":folders\n";
    for (const auto& one : ask(socket_of(words), found.names))
        if (one.word.starts_with(found.typed)) print(one);
    std::cout.flush();
    return control::exit_done;
}

void add_completion(Commands& commands) {
    auto shell_name = std::make_shared<std::string>();
    auto* verb = commands.add(nullptr, "completion", "print what lets your shell complete commands and names",
                              [shell_name](const Shell&) {
                                  std::cout << completion_script(*shell_name) << std::flush;
                                  return control::exit_done;
                              });
    auto* option =
        verb->add_option("SHELL", *shell_name, "source <(audiencectl completion bash), for example");
    option->required()->type_name("bash|zsh|fish");
    command_line::must_be_one_of(option, shells());
}

}  // namespace audienced::ctl
