#include "shell.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/ownership.hpp"
#include "control/problem.hpp"
#include "control/target.hpp"
#include "text_cells.hpp"

namespace audienced::ctl {
using nlohmann::json;

int Shell::fail(const Error& error) const {
    std::cerr << "audiencectl: " << visible(error.text()) << std::endl;
    if (this->json) std::cout << control::print_problem(error) << std::endl;
    return control::exit_code(error.code);
}

Shell Shell::asking_at_once() const {
    Shell out = *this;
    out.limit = std::chrono::seconds{20};
    return out;
}

control::Client Shell::client() const {
    control::Patience patience;
    patience.limit = limit;
    if (limit.count() == 0) patience.notice = std::chrono::seconds{5};
    patience.on_silence = [path = socket] {
        std::cerr << "audiencectl: waiting for the daemon at " << visible(path) << " ..." << std::endl;
    };
    return control::Client(socket, std::move(patience));
}

int Shell::unreachable(const Error& error) const {
    fail(error);
    return control::exit_unreachable;
}

namespace {

/// A plan that waited for a person and is none any more; `forget` shows them by itself.
void tell_expired_plans(const json& answer, std::string_view target) {
    if (!answer.is_object() || target == "/v1/forget") return;
    const auto expired = answer.find("plans_expired");
    if (expired == answer.end() || !expired->is_array()) return;
    for (const json& run : *expired) {
        const std::string id = run.dump();
        std::cerr << "note: run " << id << ", which waited for approval, has expired: audiencectl runs show "
                  << id << std::endl;
    }
}

/// `text`: the answer as it came.
int ask_and_parse(const Shell& shell, std::string_view method, std::string_view target,
                  const nlohmann::json* body, nlohmann::json& answer, std::string& text) {
    const std::string sent =
        body ? body->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) : std::string{};
    auto got = shell.client().send(method, target, sent);
    if (!got) return shell.unreachable(got.error());
    if (!got->good()) return shell.fail(control::parse_problem(got->body, got->status));
    answer = nlohmann::json::parse(got->body, nullptr, false);
    if (answer.is_discarded())
        return shell.fail(
            make_error(Errc::bad_answer, "the daemon's answer is not JSON", "is it of the same version?"));
    text = std::move(got->body);
    return control::exit_done;
}

}  // namespace

int Shell::ask(std::string_view method, std::string_view target, const nlohmann::json* body,
               nlohmann::json& answer) const {
    std::string text;
    return ask_and_parse(*this, method, target, body, answer, text);
}

int Shell::call(std::string_view method, std::string_view target, const nlohmann::json* body,
                const Render& render, nlohmann::json* answer) const {
    nlohmann::json value;
    std::string text;
    if (const int code = ask_and_parse(*this, method, target, body, value, text); code != control::exit_done)
        return code;
    if (this->json)
        std::cout << (terminal ? visible_json(text) : text) << std::flush;
    else
        render(value);
    std::cout.flush();
    if (method != "GET") tell_expired_plans(value, target);
    if (answer) *answer = std::move(value);
    return control::exit_done;
}

int Shell::get(std::string_view target, const Render& render) const {
    return call("GET", target, nullptr, render);
}

int Shell::show(std::string_view target, Screen screen) const {
    return asking_at_once().show_slow(target, screen);
}

int Shell::show_slow(std::string_view target, Screen screen) const {
    return get(target,
               [screen](const nlohmann::json& answer) { std::cout << screen(answer, view_of_output()); });
}

int Shell::post(std::string_view target, const nlohmann::json& body, const Render& render) const {
    return call("POST", target, &body, render);
}

int Shell::remove(std::string_view target) const {
    return call("DELETE", target, nullptr, [](const nlohmann::json& answer) {
        std::cout << "removed " << answer.value("removed", "") << "\n";
    });
}

std::string path(std::string_view collection, std::string_view name, std::string_view rest) {
    return std::string(collection) + "/" + control::percent_encode(name) + std::string(rest);
}

result<std::string> read_input(const std::string& file) {
    constexpr std::size_t most = 1 << 20;
    const int descriptor = file == "-" ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return make_error(Errc::usage, "cannot read " + file + ": " + std::strerror(errno));
    std::string out;
    char bytes[8192];
    ssize_t got = 0;
    while (out.size() <= most &&
           ((got = ::read(descriptor, bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR)))
        if (got > 0) out.append(bytes, static_cast<std::size_t>(got));
    const int error = errno;
    if (descriptor != STDIN_FILENO) ::close(descriptor);
    ::explicit_bzero(bytes, sizeof bytes);
    if (got < 0) return make_error(Errc::usage, "cannot read " + file + ": " + std::strerror(error));
    if (out.size() > most) return make_error(Errc::usage, file + " is larger than 1 MiB");
    return out;
}

std::string input_name(const std::string& file) {
    return file == "-" ? std::string("standard input") : "the file " + file;
}

result<std::string> read_private_input(const std::string& file) {
    auto text = read_input(file);
    struct stat s {};
    if (text && file != "-" && ::stat(file.c_str(), &s) == 0 && open_to_others(s))
        std::cerr << "audiencectl: warning: other users can read " << file << " (" << rights_of(s)
                  << "); close it with chmod 600 " << file << std::endl;
    return text;
}

result<std::string> read_secret(const std::string& file, SecretShape shape) {
    auto text = read_private_input(file);
    if (!text) return text;
    return secret_text(std::move(*text), shape, input_name(file));
}

std::string absolute(const std::string& file) {
    if (file.empty()) return file;
    std::error_code ignored;
    auto whole = std::filesystem::absolute(file, ignored);
    return ignored ? file : whole.lexically_normal().string();
}

}  // namespace audienced::ctl
