// audiencectl backup
#include <unistd.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>

#include "backup_place.hpp"
#include "commands.hpp"
#include "control/problem.hpp"
#include "new_file.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

using OnPiece = std::function<result<void>(std::string_view)>;

result<void> to_standard_output(std::string_view piece) {
    while (!piece.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, piece.data(), piece.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0)
            return make_error(Errc::store_failed,
                              std::string("cannot write to standard output: ") + std::strerror(errno));
        piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

/// What else belongs to a backup.
void say_what_else(std::ostream& out, const json& facts, std::uint64_t bytes, const std::string& file) {
    const json& key = facts.at("master_key");
    out << "A copy of " << grouped((bytes + 1023) / 1024) << " KiB" << (file == "-" ? "" : " is in " + file)
        << "; it was checked.\n";
    out << "It opens only with the master key " << key.value("id", "") << ", which is not in it: ";
    if (key.value("kept", "") == "file")
        out << "keep a copy of " << cell(key, "file") << ", once and apart from the backups.\n";
    else
        out << "keep a copy of the file that the service's credential master-key is made of.\n";
    out << "Beside it belong: " << cell(facts, "configuration") << ", files that it names, and "
        << cell(facts, "state_dir")
        << "/forgotten, so that no forget is lost. To restore: audienced --restore FILE.\n";
}

int fail_download(const Shell& shell, const Error& error) {
    return error.code == Errc::store_full || error.code == Errc::store_failed ? shell.fail(error)
                                                                              : shell.unreachable(error);
}

int download(const Shell& shell, const OnPiece& on_piece, std::uint64_t& bytes) {
    const OnPiece counted = [&](std::string_view piece) {
        bytes += piece.size();
        return on_piece(piece);
    };
    const auto got = shell.client().download("POST", "/v1/backup", counted);
    if (!got) return fail_download(shell, got.error());
    if (!got->good()) return shell.fail(control::parse_problem(got->body, got->status));
    return control::exit_done;
}

result<json> ask_facts(const Shell& shell, int& code) {
    const auto got = shell.asking_at_once().client().send("GET", "/v1/backup");
    if (!got) {
        code = shell.unreachable(got.error());
        return got.error();
    }
    auto facts = json::parse(got->body, nullptr, false);
    if (got->good() && !facts.is_discarded()) return facts;
    const Error why = got->good() ? make_error(Errc::bad_answer, "the daemon's answer is not JSON")
                                  : control::parse_problem(got->body, got->status);
    code = shell.fail(why);
    return why;
}

int to_output(const Shell& shell) {
    if (shell.json)
        return shell.fail(
            make_error(Errc::usage, "--json and a backup cannot both go to standard output", "name a file"));
    if (shell.terminal)
        return shell.fail(make_error(Errc::usage, "a backup is no text for a terminal",
                                     "name a file, or redirect standard output"));
    int code = 0;
    std::uint64_t bytes = 0;
    const auto facts = ask_facts(shell, code);
    if (!facts) return code;
    code = download(shell, to_standard_output, bytes);
    if (code == control::exit_done) say_what_else(std::cerr, *facts, bytes, "-");
    return code;
}

int to_file(const Shell& shell, const std::string& file) {
    auto fresh = NewFile::in_place_of(file);
    if (!fresh) return shell.fail(fresh.error());
    int code = 0;
    std::uint64_t bytes = 0;
    auto facts = ask_facts(shell, code);
    if (!facts) return code;
    // The daemon says where its state is.
    if (auto free = may_take_backup(file, facts->value("state_dir", "")); !free)
        return shell.fail(free.error());
    code = download(
        shell, [&](std::string_view piece) { return fresh->write(piece); }, bytes);
    if (code != control::exit_done) return code;
    if (auto kept = fresh->keep(); !kept) return shell.fail(kept.error());
    if (shell.json) {
        (*facts)["file"] = absolute(file);
        (*facts)["bytes"] = bytes;
        std::cout << facts->dump() << std::endl;
    } else {
        say_what_else(std::cout, *facts, bytes, file);
    }
    return code;
}

}  // namespace

void add_backup(Commands& commands) {
    auto file = std::make_shared<std::string>();
    auto* verb = commands.add(
        nullptr, "backup", "a checked copy of the database, while runs deliver",
        [file](const Shell& shell) { return *file == "-" ? to_output(shell) : to_file(shell, *file); });
    verb->add_option("FILE", *file,
                     "where to: yours, mode 0600; an older backup is replaced; - for standard output")
        ->required();
}

}  // namespace audienced::ctl
