// audiencectl apply, diff and dump: all definitions as one file.
#include <unistd.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "changes_screen.hpp"
#include "commands.hpp"
#include "confirm.hpp"
#include "control/problem.hpp"
#include "definition_secrets.hpp"
#include "definition_text.hpp"
#include "export_screen.hpp"
#include "render.hpp"
#include "text_cells.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

constexpr std::size_t most_bytes = 1 << 20;  // of a request to the daemon

struct ApplyOptions {
    std::string file;
    bool prune = false, yes = false;
};

/// One line each on standard error, in the order of the file; with --json all in one problem document.
int refuse_file(const Shell& shell, const std::string& file, std::vector<FileMistake> mistakes, Errc code) {
    const auto earlier = [](const FileMistake& a, const FileMistake& b) { return a.line < b.line; };
    std::stable_sort(mistakes.begin(), mistakes.end(), earlier);
    json all = json::array();
    std::optional<Error> first;
    for (const FileMistake& one : mistakes) {
        std::string where = file == "-" ? "standard input" : file;
        if (one.line > 0) where += ":" + std::to_string(one.line);
        if (!one.object.empty()) where += ": " + one.object;
        const Error error = make_error(code, where + ": " + one.message, one.hint);
        std::cerr << "audiencectl: " << visible(error.text()) << "\n";
        json item;
        item["line"] = one.line > 0 ? json(one.line) : json(nullptr);
        item["object"] = one.object.empty() ? json(nullptr) : json(one.object);
        item["detail"] = one.message;
        item["hint"] = one.hint;
        all.push_back(std::move(item));
        if (!first) first = error;
    }
    std::cerr.flush();
    if (shell.json) {
        json document = json::parse(control::print_problem(*first));
        document["problems"] = std::move(all);
        std::cout << document.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
    }
    return control::exit_code(code);
}

/// What the daemon found wrong, with the lines of the file.
int refused_by_daemon(const Shell& shell, const std::string& file, const control::ClientAnswer& answer,
                      const DefinitionLines& lines) {
    const json document = json::parse(answer.body, nullptr, false);
    const Error error = control::parse_problem(answer.body, answer.status);
    if (!document.is_object() || !document.contains("problems")) return shell.fail(error);
    std::vector<FileMistake> mistakes;
    for (const auto& one : document["problems"]) {
        FileMistake mistake;
        const std::string object = one["object"].is_string() ? one["object"].get<std::string>() : "";
        if (const auto at = lines.of_object.find(object); at != lines.of_object.end())
            mistake.line = at->second;
        mistake.object = object == "schedule:refresh" ? "schedule" : object;
        if (const auto colon = mistake.object.find(':'); colon != object.npos) mistake.object[colon] = '.';
        mistake.message = one.value("detail", "");
        mistake.hint = one.value("hint", "");
        mistakes.push_back(std::move(mistake));
    }
    return refuse_file(shell, file, std::move(mistakes), error.code);
}

/// Where a file becomes a request. An exit code other than 0 has been told.
int read_request(const Shell& shell, const std::string& file, json& request, DefinitionLines& lines) {
    auto text = read_input(file);
    if (!text) return shell.fail(text.error());
    json objects;
    auto mistakes = read_definition_file(*text, objects, lines);
    if (mistakes.empty()) mistakes = read_secrets(lines, file == "-", objects);
    if (!mistakes.empty()) return refuse_file(shell, file, std::move(mistakes), Errc::usage);
    request["objects"] = std::move(objects);
    return control::exit_done;
}

/// -> the exit code; `answer` is the daemon's where it is 0.
int ask_daemon(const Shell& shell, const std::string& file, const json& request, const DefinitionLines& lines,
               json& answer, std::string& body) {
    const std::string text = request.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() > most_bytes)
        return shell.fail(make_error(Errc::too_large,
                                     file + " comes to more than the 1 MiB that the daemon takes at once",
                                     "apply it in parts, without --prune"));
    const auto got = shell.client().send("POST", "/v1/apply", text);
    if (!got) return shell.unreachable(got.error());
    if (!got->good()) return refused_by_daemon(shell, file, *got, lines);
    answer = json::parse(got->body, nullptr, false);
    body = got->body;
    if (!answer.is_object() || !answer.contains("changes"))
        return shell.fail(make_error(Errc::bad_answer, "the daemon's answer is not what was expected",
                                     "is it of the same version?"));
    return control::exit_done;
}

void print_answer(const Shell& shell, const std::string& body) {
    std::cout << (shell.terminal ? visible_json(body) : body) << std::flush;
}

int diff_file(const Shell& shell, const ApplyOptions& o) {
    json request, answer;
    DefinitionLines lines;
    std::string body;
    if (const int code = read_request(shell, o.file, request, lines); code != control::exit_done) return code;
    request["dry_run"] = true;
    request["prune"] = o.prune;
    if (const int code = ask_daemon(shell, o.file, request, lines, answer, body); code != control::exit_done)
        return code;
    if (shell.json)
        print_answer(shell, body);
    else
        std::cout << changes_screen(answer)
                  << (answer["changes"].empty() ? "no difference" : sum_of(answer, false)) << "\n";
    return answer["changes"].empty() ? control::exit_done : control::exit_skipped_or_held;
}

void render_applied(const json& answer) {
    std::cout << changes_screen(answer);
    for (const auto& note : answer.at("notes"))
        std::cout << "note: " << cell(note, "object") << ": " << cell(note, "text") << "\n";
    for (const auto& e : answer.at("exports"))
        std::cout << "export " << cell(e, "name") << ": next run: " << next_run_words(e) << "\n";
    std::cout << (answer["changes"].empty() ? "nothing to change" : sum_of(answer, true)) << "\n";
}

/// What --prune would remove is shown before. An exit code other than 0 has been told.
int confirm_removals(const Shell& shell, const ApplyOptions& o, json& request, const DefinitionLines& lines) {
    json answer;
    std::string body;
    request["dry_run"] = true;
    if (const int code = ask_daemon(shell, o.file, request, lines, answer, body); code != control::exit_done)
        return code;
    request["dry_run"] = false;
    request["expect"] = answer.at("state");
    const auto& changes = answer.at("changes");
    const bool removes =
        std::any_of(changes.begin(), changes.end(), [](const json& c) { return c.at("act") == "remove"; });
    if (!removes) return control::exit_done;
    if (o.file == "-" || !can_ask())
        return shell.fail(
            make_error(Errc::usage, "--prune would remove objects, and there is no terminal to ask",
                       "see which with audiencectl diff " + o.file + " --prune, then add --yes"));
    return confirm(shell, changes_screen(answer) + sum_of(answer, false) + ".", "Apply this?");
}

int apply_file(const Shell& shell, const ApplyOptions& o) {
    json request, answer;
    DefinitionLines lines;
    std::string body;
    if (const int code = read_request(shell, o.file, request, lines); code != control::exit_done) return code;
    request["prune"] = o.prune;
    if (o.prune && !o.yes)
        if (const int code = confirm_removals(shell, o, request, lines); code != control::exit_done)
            return code;
    if (const int code = ask_daemon(shell, o.file, request, lines, answer, body); code != control::exit_done)
        return code;
    if (shell.json)
        print_answer(shell, body);
    else
        render_applied(answer);
    return control::exit_done;
}

void declare_file(CLI::App* verb, const std::shared_ptr<ApplyOptions>& o) {
    verb->add_option("FILE", o->file, "a file of definitions; - is standard input")->required();
}

}  // namespace

void add_apply(Commands& commands) {
    auto o = std::make_shared<ApplyOptions>();
    auto* applied = commands.add(nullptr, "apply", "make all definitions as a file says; starts no run",
                                 [o](const Shell& shell) { return apply_file(shell, *o); });
    declare_file(applied, o);
    applied->add_flag("--prune", o->prune, "also remove what the file does not have");
    applied->add_flag("--yes", o->yes, "do not ask before --prune removes something");
    auto d = std::make_shared<ApplyOptions>();
    auto* differs = commands.add(nullptr, "diff", "what apply would change; exits with 7 if anything",
                                 [d](const Shell& shell) { return diff_file(shell, *d); });
    declare_file(differs, d);
    differs->add_flag("--prune", d->prune, "also what apply --prune would remove");
    commands.add(nullptr, "dump", "all definitions as one file, without secrets", [](const Shell& shell) {
        return shell.asking_at_once().get("/v1/definitions", [](const json& answer) {
            std::cout << definition_text(answer.at("objects"));
        });
    });
}

}  // namespace audienced::ctl
