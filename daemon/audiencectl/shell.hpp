// What every command works with: the daemon, the streams, and whether JSON is wanted.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/secret_text.hpp"
#include "control/client.hpp"
#include "view.hpp"

namespace audienced::ctl {

struct Shell {
    std::string socket = control::default_socket;
    bool json = false;
    bool terminal = false;  // is standard output one?
    /// A later answer is a fault, since only what the daemon knows is asked for; 0: a source or provider is
    /// asked, which takes its time.
    std::chrono::seconds limit{0};

    using Render = std::function<void(const nlohmann::json&)>;
    /// Sends, prints the answer (as it is with --json, else through `render`), gives the exit code. The
    /// answer's JSON is left in `answer` where one is given.
    int call(std::string_view method, std::string_view target, const nlohmann::json* body,
             const Render& render, nlohmann::json* answer = nullptr) const;
    /// The same, but an answer is left in `answer` and printed nowhere. A refusal is told as ever.
    int ask(std::string_view method, std::string_view target, const nlohmann::json* body,
            nlohmann::json& answer) const;
    int get(std::string_view target, const Render& render) const;
    /// What an answer looks like on this output.
    using Screen = std::string (*)(const nlohmann::json&, const View&);
    int show(std::string_view target, Screen screen) const;       // see asking_at_once()
    int show_slow(std::string_view target, Screen screen) const;  // a source or provider is asked first
    int post(std::string_view target, const nlohmann::json& body, const Render& render) const;
    int remove(std::string_view target) const;

    /// The same with the limit of what the daemon knows by itself.
    Shell asking_at_once() const;
    /// Says on standard error when the daemon keeps it waiting.
    control::Client client() const;

    /// Says it on standard error (and as problem+json on standard output with --json); gives the exit code.
    int fail(const Error&) const;
    int unreachable(const Error&) const;
};

/// "/v1/exports/spring" from "/v1/exports", "spring"; whatever was typed becomes one step of the path.
std::string path(std::string_view collection, std::string_view name, std::string_view rest = {});

/// A file, or standard input for "-"; at most 1 MiB. Errors: usage.
result<std::string> read_input(const std::string& file);
/// The same for what is secret: a file that others can read is named on standard error.
result<std::string> read_private_input(const std::string& file);
/// A secret as it stands in a file, see secret_text(). Errors: usage.
result<std::string> read_secret(const std::string& file, SecretShape shape);
/// "the file /root/key", "standard input"
std::string input_name(const std::string& file);
/// The daemon has another working folder: made absolute here. Empty stays empty.
std::string absolute(const std::string& file);

}  // namespace audienced::ctl
